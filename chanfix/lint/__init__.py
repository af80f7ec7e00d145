"""One line: source, check, hide, resolve, report. fix works on drafts; file, run and pool put it together."""
