"""The live page: read-only, no build step, nothing loaded from elsewhere. Loaded only when somebody serves it."""
