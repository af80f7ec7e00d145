"""From PATHs to files: folders, the lists of git and of the configuration that leave files out."""
