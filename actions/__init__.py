"""What people can do: one function = permission + decision + one transaction."""
