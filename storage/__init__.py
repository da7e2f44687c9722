"""Records: tables, migrations, and one module of queries a subject. Nothing here commits."""
