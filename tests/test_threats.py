"""What somebody could try, and the tests that show that it does not work. A test that is gone makes its row fail."""

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

THREATS: dict[str, tuple[str, ...]] = {
    "a tampered or unsigned body": (
        "clova/test_signature.py::test_every_flipped_byte_breaks_the_signature",
        "clova/test_signature.py::test_what_is_no_signature_is_refused",
        "whole/test_endpoint.py::test_without_exactly_one_good_signature_it_is_401_without_a_body",
    ),
    "CLOVA's key swapped, or out of reach": (
        "links/test_keys.py::test_without_any_key_nothing_is_accepted",
        "links/test_keys.py::test_the_old_key_counts_until_a_new_one_has_been_read",
        "links/test_keys.py::test_ten_thousand_bad_signatures_cause_one_fetch",
    ),
    "an old body sent again": (
        "whole/test_replayed.py::test_the_same_bytes_open_once",
        "whole/test_replayed.py::test_killed_between_the_command_and_the_answer_the_same_bytes_open_nothing_more",
        "whole/test_replayed.py::test_bytes_older_than_their_token_open_nothing",
        "whole/test_replayed.py::test_a_lamps_answer_is_the_same_after_a_restart",
    ),
    "a signed body of another extension": (
        "whole/test_guarded.py::test_a_signed_body_without_a_token_of_ours_learns_nothing",
        "whole/test_endpoint.py::test_an_unknown_and_an_expired_token_are_told_apart",
    ),
    "a redirect_uri that is nearly right": (
        "accounts/test_oauth_authorize.py::test_a_redirect_uri_that_is_nearly_right_is_wrong",
        "web/test_oauth.py::test_a_redirect_uri_that_is_nearly_right_is_a_page",
        "web/test_oauth.py::test_a_redirect_uri_twice_is_a_page",
    ),
    "a stolen code": (
        "web/test_oauth_flow.py::test_of_fifty_redemptions_at_once_one_is_answered_and_its_tokens_fail",
        "web/test_oauth_flow.py::test_a_code_is_good_for_a_minute",
    ),
    "PKCE taken out on the way": (
        "accounts/test_oauth_token.py::test_a_verifier_belongs_to_a_challenge_and_a_challenge_to_a_verifier",
    ),
    "a refresh token that was stolen, or whose answer was lost": (
        "accounts/test_rotation.py::TestStory",
        "web/test_oauth_flow.py::test_links_survive_kill_9_in_the_middle_of_token_requests",
        "whole/test_linked.py::test_a_link_survives_kill_9_in_the_middle_of_its_token_requests",
        "accounts/test_oauth_token.py::test_the_clock_of_1970_does_not_end_a_link",
    ),
    "guessing a password": (
        "test_linking.py::test_ten_thousand_guesses_in_ten_minutes_are_few_hashes",
        "test_linking.py::test_a_wrong_password_tells_no_more_than_an_unknown_name",
        "test_linking.py::test_few_wait_for_their_password_and_the_rest_come_again",
        "web/test_household.py::test_guessing_is_slowed_down_together_with_the_other_door",
    ),
    "shutting the owner out by guessing": (
        "test_linking.py::test_a_browser_that_knows_its_owner_is_not_shut_out_by_others",
        "test_linking.py::test_an_owner_with_a_new_phone_gets_in_while_somebody_keeps_guessing",
        "test_linking.py::test_a_restart_does_not_make_known_browsers_strangers",
        "test_linking.py::test_strangers_who_queue_keep_nobody_waiting_who_was_here_before",
    ),
    "a form from another site, or a frame around ours": (
        "web/test_oauth.py::test_a_form_from_another_site_is_refused",
        "web/test_oauth.py::test_a_form_without_its_own_token_makes_no_code",
        "web/test_oauth.py::test_the_headers_of_every_answer",
        "web/test_oauth.py::test_the_cookies_are_ours_alone",
        "web/test_household.py::test_what_another_page_has_sent_is_refused",
        "web/test_household.py::test_no_session_can_be_brought_along",
    ),
    "a name of the Internet that leads into the home": (
        "web/test_household.py::test_it_is_served_by_names_of_the_home_only",
    ),
    "the memory card read by a thief": (
        "web/test_oauth_flow.py::test_no_file_has_a_secret",
        "config/test_load.py::test_a_secret_that_others_may_read_is_refused",
        "links/test_store.py::test_a_file_that_everyone_may_read_or_write_is_refused",
    ),
    "secrets in logs, arguments and environments": (
        "whole/test_secrets.py::test_no_log_and_no_list_of_processes_has_a_secret",
    ),
    "secrets compared by their letters": ("test_rules.py::test_secrets_are_never_compared_by_their_letters",),
    "a forwarded address that is made up": (
        "web/test_peer.py::test_whoever_is_not_trusted_says_what_they_like",
        "web/test_peer.py::test_a_proxy_that_talks_nonsense_is_not_believed",
        "whole/test_linked.py::test_the_audit_log_has_the_address_of_the_person_and_nobodys_word_for_it",
    ),
    "slow and idle connections": (
        "web/test_public.py::test_who_dawdles_is_dropped",
        "web/test_public.py::test_an_honest_request_is_answered_quickly_among_1000_slow_ones",
    ),
    "bombs and nonsense at the public door": (
        "fuzz/test_fuzz.py::test_some_thousand_odd_inputs_find_nothing",
        "web/test_public.py::test_an_endless_chunked_body_is_413",
        "whole/test_endpoint.py::test_everything_that_clova_signed_is_answered_in_its_own_words",
    ),
    "a runaway with a good token": ("accounts/test_pace.py::test_a_runaway_is_told_to_wait_and_that_ends",),
    "a false claim to a lock": ("whole/test_found.py::test_a_second_claim_from_another_place_is_not_followed",),
    "a guarded relay under another name, or found twice": (
        "test_guards.py::test_a_guarded_relay_stays_guarded_when_it_is_renamed",
        "test_guards.py::test_a_twin_of_a_found_relay_is_guarded",
        "test_guards.py::test_what_its_owner_wrote_and_guards_is_guarded_where_it_is_found",
        "test_guards.py::test_a_guard_outlives_a_restart_and_ends_with_forgetting",
    ),
    "a house that is logged out without theft": (
        "accounts/test_grants.py::test_a_house_that_refreshes_many_times_at_once_goes_on_with_any_of_the_answers",
    ),
    "a voice through the window": (
        "accounts/test_policy.py::test_it_opens_only_with_leave",
        "accounts/test_policy.py::test_it_is_always_shut",
        "accounts/test_arming.py::test_nothing_opens_without_a_window_of_its_own",
        "whole/test_guarded.py::test_armed_over_the_control_socket_it_is_opened_once",
        "whole/test_guarded.py::test_without_a_broker_it_is_neither_opened_now_nor_later",
    ),
    "a scene that opens": (
        "accounts/test_policy.py::test_each_step_of_a_scene_needs_its_leave",
        "accounts/test_policy.py::test_two_steps_that_open_need_two_windows",
    ),
    "a message that the broker has kept": (
        "whole/test_guarded.py::test_a_message_that_the_broker_has_kept_opens_nothing",
        "config/test_guard.py::test_an_empty_message_arms_nothing",
    ),
    "a guest, or whoever is limited": (
        "accounts/test_policy.py::test_what_an_account_may_not_do_it_is_told_and_asked_nothing",
    ),
    "a disk that is full or slow": (
        "whole/test_guarded.py::test_a_full_disk_opens_nothing_and_shuts_everything",
        "whole/test_replayed.py::test_a_disk_that_is_slow_opens_nothing_after_the_time_for_an_answer",
        "links/test_store.py::test_a_disk_that_is_full_for_a_while",
    ),
    "names that are markup, or control a terminal": (
        "web/test_household.py::test_hostile_names_are_only_letters",
        "web/test_pages.py::test_the_name_of_a_home_is_harmless",
    ),
}
"""Of the threats to this program, those that account linking and policy answer, in the order of the way in."""


@cache
def names_in(file: str) -> frozenset[str]:
    return frozenset(
        node.name if not isinstance(node, ast.Assign) else getattr(node.targets[0], "id", "")
        for node in ast.parse((TESTS / file).read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign)
    )


@pytest.mark.parametrize("threat", THREATS)
def test_every_threat_has_its_tests(threat: str) -> None:
    assert THREATS[threat]
    for test in THREATS[threat]:
        file, _, name = test.partition("::")
        assert name in names_in(file), test
