"""The language server: findings while a text is written, in any editor that speaks the Language Server Protocol."""
