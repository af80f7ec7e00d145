"""The guest itself: it boots, its agent answers, and its bad agents are as bad as they say."""


def test_guest_boots_and_its_agent_answers(good_guest):
    assert good_guest.channel_state() == "connected"
    assert good_guest.agent("guest-ping") == {}
    assert good_guest.run("hostname") == "chanfix-guest\n"
