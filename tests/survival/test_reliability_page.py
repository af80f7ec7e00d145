from reliability import PAGE, marked


def test_every_fault_that_is_tried_here_is_on_the_page(request):
    shown = {tuple(cell.strip() for cell in line.split("|")[1:-1]) for line in PAGE.read_text().splitlines()}
    shown = {(cells[0], cells[2]) for cells in shown if len(cells) == 3}
    tried = {(what, outcome) for item in request.session.items for _, what, outcome in marked(item)}
    assert tried - shown == set(), "scripts/test -m survival writes the page"
