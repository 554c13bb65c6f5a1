"""What `cnncalc check` is made of: its settings, its runs, and where its report goes."""
