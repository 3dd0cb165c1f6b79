"""SQL only: `models/<schema>/<table>.sql` makes the table `<schema>.<table>`."""
