"""Text with entities: reading parse modes, finding entities, checking and cleaning what was given."""
