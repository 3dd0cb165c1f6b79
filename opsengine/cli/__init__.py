"""The front door: words in, exit code out.

In:   what a person typed, the environment, the clock: the only room that looks at them
Out:  data on stdout, narration on stderr, one of the exit codes of `errors.Exit`
Not:  work. A command parses, calls a room and prints what it says.
"""

from opsengine.cli.main import main

__all__ = ["main"]
