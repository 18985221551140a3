"""Every setting: what the public documents leave open, and what a run may choose; each with its alternatives.

A setting's provenance says how sure its default is: *documented*, *observed* (in public captures), *assumed*,
or *ours* where it configures the sandbox itself. A new one needs a probe in `simulator.every_probe`.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from simulator.words import say


class Setting(msgspec.Struct, frozen=True):
    """One open choice. *alternatives* are other sensible values; for numbers, examples."""

    name: str
    default: Any
    alternatives: tuple[Any, ...]
    provenance: str
    text: str

    @property
    def zh(self) -> str:
        """The text in Chinese."""
        return say.texts.get(f"about_setting.{self.name}", self.text)

    @property
    def per_shop(self) -> bool:
        """Whether a shop can have a value of its own."""
        return self.name in _PER_SHOP


_ALL = (
    Setting("timestamp_skew", 600, (0, 300), "documented", "Seconds a timestamp may be off; 0 switches the check off."),
    Setting("timestamp_utc", False, (True,), "ours", "Also accept times written in UTC, as clients in containers do."),
    Setting("timestamp_ms", True, (False,), "observed", "Accept timestamps in ms since 1970 (official Python)."),
    Setting("timestamp_seconds", True, (False,), "assumed", "Accept timestamps in seconds since 1970."),
    Setting(
        "timestamp_sub_code",
        "",
        ("isv.timestamp-limit-error", "isv.replayattack-timestamp-invalid-error"),
        "assumed",
        "Sub code of a wrong timestamp (31); empty: none.",
    ),
    Setting("lowercase_sign", False, (True,), "assumed", "Accept signatures in lower case."),
    Setting("given_twice", "body", ("query",), "assumed", "Which value counts of a parameter in query and body."),
    Setting(
        "error_text", "captured", ("documented",), "observed", "Words of errors: Missing app Key, Missing App Key."
    ),
    Setting("argument_sub_codes", True, (False,), "assumed", "Errors 40 and 41 name the argument in a sub code, too."),
    Setting("invalid_session_text", "short", ("long",), "observed", "Which captured sub_msg an unknown session gets."),
    Setting(
        "check_order",
        "session_first",
        ("permission_first", "limits_first"),
        "assumed",
        "Sessions before permissions of apps, or after them; or flow control before the signature.",
    ),
    Setting("unknown_fields", "ignored", ("refused",), "assumed", "Names among fields that the method does not have."),
    Setting(
        "page_size_range", "refused", ("clamped",), "assumed", "A page size out of range: an error, or the nearest one."
    ),
    Setting("xml_list_attribute", True, (False,), "assumed", 'Lists in XML say list="true".'),
    Setting("xml_content_type", "text/xml", ("application/xml",), "assumed", "Content type of XML answers."),
    Setting("json_content_type", "text/javascript", ("application/json",), "observed", "Content type of JSON answers."),
    Setting("bodylength_header", "absent", ("plain", "sent"), "assumed", "top-bodylength: bytes before or after gzip."),
    Setting("request_ids", True, (False,), "observed", "Answers have a request_id; very old ones lacked it."),
    Setting("accept_empty_unsigned", True, (False,), "observed", "Accept a signature that leaves out empty values."),
    Setting("accept_empty_signed", True, (False,), "observed", "Accept a signature over the names of empty values."),
    Setting("legacy_signing", False, (True,), "observed", "Accept md5(string + secret) for unknown sign methods."),
    Setting("connection_close", False, (True,), "observed", "Close the connection after every answer."),
    Setting("empty_list", "absent", ("object",), "observed", "An empty list is absent from JSON, or an empty object."),
    Setting("refund_id_type", "string", ("number",), "documented", "JSON type of refund_id in answers."),
    Setting("agree_needs_sub_account", True, (False,), "documented", "agree refuses a main session, per row."),
    Setting("agree_needs_review", True, (False,), "observed", "Tmall: a refund must be reviewed before it is agreed."),
    Setting("partly_failed_succ", False, (True,), "assumed", "Top-level succ of a batch in which some rows failed."),
    Setting("repeated_agree", "error", ("success",), "assumed", "Answer of a row that is already paid."),
    Setting("refuse_bumps_version", False, (True,), "observed", "Whether refusing raises refund_version."),
    Setting("review_bumps_version", False, (True,), "observed", "Whether a review raises refund_version."),
    Setting("message_bumps_version", False, (True,), "assumed", "Whether a message raises refund_version."),
    Setting("message_touches_modified", False, (True,), "assumed", "Whether a message raises modified alone."),
    Setting("intercept_bumps_version", False, (True,), "assumed", "Whether asking for an intercept raises it."),
    Setting("refused_return_stays", False, (True,), "assumed", "A refused return stays where it is, for the seller."),
    Setting("refuse_unshipped", False, (True,), "documented", "Whether a refund of unshipped goods can be refused."),
    Setting("agree_in_wait_buyer_return", False, (True,), "observed", "Whether money can be agreed before the parcel."),
    Setting("json_numbers", "number", ("text",), "observed", "Whether numbers in JSON answers are numbers, or text."),
    Setting("buyer_fields", "plain", ("masked",), "assumed", "Whether buyers' nicks are whole, or masked."),
    Setting("list_default_days", 0, (7,), "assumed", "Days a list without a start reaches back; 0: to the first."),
    Setting("list_order", "modified_desc", ("modified_asc",), "documented", "Order of refunds.receive.get rows."),
    Setting("list_ties", "by_id", ("against",), "assumed", "Rows of one second: ids as the list goes, or against it."),
    Setting("list_end", "inclusive", ("exclusive",), "assumed", "Whether end_modified itself is in the window."),
    Setting("list_start", "inclusive", ("exclusive",), "assumed", "Whether start_modified itself is in the window."),
    Setting("list_aftersale", True, (False,), "assumed", "Refunds asked for after a trade succeeded are listed."),
    Setting("page_beyond_end", "empty", ("refused",), "assumed", "A page beyond the last: no rows, or an error."),
    Setting("list_lag", 0, (90,), "assumed", "Seconds before a change becomes visible in refunds.receive.get."),
    Setting("list_strict_window", False, (True,), "assumed", "Refuse list windows of more than a day."),
    Setting("edition", "legacy", ("current",), "documented", "Which edition of platform limits holds."),
    Setting("sms_threshold", 0, (200000,), "assumed", "Fen of a batch from which an sms code is asked for; 0: never."),
    Setting("sms_answer", "message", ("error",), "observed", "Asking for a code: a normal answer, or an error (15)."),
    Setting("sms_code_length", 6, (4,), "assumed", "Digits of an sms code."),
    Setting("aftersale_days", 15, (0, 7), "assumed", "Days after success in which a refund can be asked for."),
    Setting("token_lifetimes", "long", ("month", "final"), "observed", "Lifetimes of new sessions, as captured."),
    Setting("session_seconds", 0, (5,), "ours", "Seconds a new session lives; 0: as token_lifetimes says."),
    Setting("auth_code_seconds", 600, (1,), "assumed", "Seconds in which an authorisation code can be used."),
    Setting("oauth_errors", "rfc6749", ("container",), "assumed", "Error words of /token: RFC 6749's, or old numbers."),
    Setting("oauth_error_status", 400, (200,), "observed", "HTTP status of an error of /token."),
    Setting("oauth_refusal", "access_denied", ("authorize_reject",), "assumed", "Error word of a shop that refuses."),
    Setting("refresh_ends_session", True, (False,), "assumed", "Refreshing ends the session before."),
    Setting("refresh_token_reuse", True, (False,), "assumed", "A refresh token can be used more than once."),
    Setting("revoked_session", "invalid-sessionkey", ("session-not-exist",), "assumed", "Sub code for a revoked one."),
    Setting("agree_security_level", 1, (2,), "assumed", "Level 2: agree needs a session within its w2 time (code 53)."),
    Setting("ip_whitelist", "", ("10.0.0.1",), "documented", "Addresses that may call, by commas; empty: any."),
    Setting(
        "jushita_addresses", "", ("10.0.0.1",), "assumed", "Addresses of Jushita that alone may agree; empty: any."
    ),
    Setting("app_daily_quota", 0, (5000,), "documented", "Calls an app may make a day (GMT+8); 0: any number."),
    Setting("api_rate_limit", 0, (20,), "assumed", "Calls a second of one API, all apps together; 0: any number."),
    Setting("app_api_rate_limit", 0, (10,), "assumed", "Calls a second of one API by one app; 0: any number."),
    Setting("dynamic_rate_limit", 0, (50,), "assumed", "Calls a second of one app to all APIs; 0: any number."),
    Setting("ban_seconds", 1, (2, 60), "observed", "Seconds that a ban for too many calls a second lasts."),
    Setting("banned_calls_count", False, (True,), "assumed", "Whether refused calls count against the day's quota."),
    Setting("batch_max_items", 20, (2,), "assumed", "Calls that one request to /router/batch may hold."),
    Setting("body_bytes", 16 << 20, (1000,), "ours", "Bytes that the body of a request to the gateway may have."),
    Setting("upload_parts", 200, (3,), "ours", "Parts that an upload may have."),
    Setting("upload_bytes", 8 << 20, (1000,), "ours", "Bytes that one part of an upload may have."),
    Setting("aftersale_end", "moment", ("day",), "assumed", "Whether they end at that moment, or with that GMT+8 day."),
    Setting("applying_blocked", False, (True,), "assumed", "Buyers cannot apply, as on the day of a big sale."),
    Setting("ag_success_pays", True, (False,), "assumed", "AG pays once a parcel is reported as stopped."),
    Setting("ag_check_fee", "unchecked", ("fen", "yuan"), "assumed", "AG's check: unit of its refund_fee."),
    Setting("limit_profile", "current", ("older",), "observed", "Which public schedule of time limits holds."),
    Setting("hours_seller_unshipped", 0, (72,), "observed", "Hours for an unshipped refund; 0: as limit_profile says."),
    Setting("hours_seller_refund_only", 0, (72,), "observed", "Hours for the seller of shipped goods; 0: as usual."),
    Setting("hours_seller_intercept", 0, (24,), "observed", "Hours while a parcel is intercepted; 0: as usual."),
    Setting("hours_seller_return", 0, (36,), "assumed", "Hours to agree to a return; 0: as usual."),
    Setting("hours_buyer_return", 0, (72,), "assumed", "Hours for the buyer to send goods back; 0: as usual."),
    Setting("hours_seller_confirm", 0, (168,), "assumed", "Hours to confirm the goods that came back; 0: as usual."),
    Setting("hours_buyer_refused_unshipped", 0, (168,), "assumed", "Hours after a refusal, unshipped; 0: as usual."),
    Setting("hours_buyer_refused", 0, (120,), "assumed", "Hours after a refusal, shipped; 0: as usual."),
    Setting("hours_exchange_seller", 0, (120,), "assumed", "Hours to agree to an exchange; 0: as usual."),
    Setting("hours_exchange_buyer_return", 0, (72,), "assumed", "Hours to send goods back for one; 0: as usual."),
    Setting("hours_exchange_seller_receipt", 0, (72,), "observed", "Hours to confirm goods of an exchange; 0: usual."),
    Setting("hours_exchange_buyer_modify", 0, (72,), "assumed", "Hours to modify a refused exchange; 0: as usual."),
    Setting("hours_exchange_seller_ship", 0, (72,), "assumed", "Hours to ship the goods instead; 0: as usual."),
    Setting("hours_exchange_buyer_receipt", 0, (72,), "assumed", "Hours to confirm their receipt; 0: as usual."),
    Setting("remind_hours", 6, (0, 12), "assumed", "Hours before the end at which parties are reminded; 0: never."),
    Setting("extend_bumps_version", False, (True,), "assumed", "Whether lengthening a limit raises refund_version."),
    Setting("staff_bumps_version", False, (True,), "assumed", "Whether calling staff and their steps raise it."),
    Setting("staff_keeps_countdown", True, (False,), "assumed", "After a withdrawn case the countdown goes on."),
    Setting("staff_proof_stops", True, (False,), "assumed", "Nobody else may act while staff collect proof, too."),
    Setting("cs_after_ruling", "ruled", ("finished",), "assumed", "cs_status after a ruling: 8 or 9, or 6."),
    Setting("tmc_permitted", True, (False,), "ours", "Shops are born permitting their app every topic of messages."),
    Setting("tmc_redelivery", 300, (1, 10), "assumed", "Seconds after which an unconfirmed message comes again."),
    Setting("tmc_growth", 1, (2,), "assumed", "Each further wait of a message is so many times the one before."),
    Setting("tmc_hidden", 0, (30,), "assumed", "Seconds a polled message stays hidden; 0: as tmc_redelivery says."),
    Setting("tmc_tries", 0, (2,), "assumed", "How often a message is handed out at most; 0: until it expires."),
    Setting("tmc_connections", 0, (1,), "assumed", "Connections a group may have, the newest stay; 0: any number."),
    Setting(
        "tmc_spread",
        "turns",
        ("oldest", "newest", "every"),
        "assumed",
        "Which of several connections of a group gets a message: each in turn, one of them, or every one.",
    ),
    Setting("tmc_token", "uuid", ("short", "long"), "observed", "Form of a connection's token."),
    Setting("tmc_refusal", "both", ("status", "phrase"), "assumed", "What a refused CONNECT is told: status, phrase."),
    Setting("tmc_refusal_status", 0, (1,), "assumed", "Status of a refused CONNECT; 0: the gateway's code."),
    Setting("tmc_timestamp_skew", 0, (600,), "assumed", "Seconds a CONNECT's timestamp may be off; 0: any number."),
    Setting("tmc_dispute_fee", "fen", ("yuan",), "assumed", "Unit of buyer_refund_fee in taobao_dispute_ messages."),
    Setting("tmc_dispute_ids", "number", ("text",), "documented", "JSON type of ids in taobao_dispute_ messages."),
    Setting("tmc_exchange_topics", True, (False,), "assumed", "Exchanges are told of by messages."),
    Setting("tmc_dispute_topics", False, (True,), "assumed", "Refunds are told of by taobao_dispute_ messages, too."),
    Setting("tmc_mark_topics", False, (True,), "assumed", "Reviews are told of by RefundableMarked and -Canceled."),
    Setting("tmc_ag_topics", True, (False,), "assumed", "Shops with AG are told of by taobao_ag_ messages, too."),
    Setting("tmc_trade_topics", False, (True,), "assumed", "Changes of trades are told of by taobao_trade_ messages."),
    Setting("tmc_remind_content", "modified", ("whole",), "documented", "What RefundTimeoutRemind says."),
    Setting("tmc_retention", 24, (1,), "documented", "Hours that an unconfirmed message is kept."),
    Setting("time_scale", 1, (1000,), "ours", "Platform countdowns run this many times faster."),
    Setting("jdy_rate_limits", True, (False,), "documented", "Jiandaoyun: limits a second, code 8303 beyond them."),
    Setting("jdy_key_status", 400, (401,), "assumed", "Jiandaoyun: HTTP status of a wrong key (code 8301)."),
    Setting("jdy_unknown_field", "ignored", ("refused",), "assumed", "Jiandaoyun: a written field nobody knows."),
    Setting("jdy_wrong_type", "converted", ("refused",), "assumed", "Jiandaoyun: a number as text, text as number."),
    Setting("jdy_list_limit", "clamped", ("refused",), "assumed", "Jiandaoyun: a list of more than 100 rows."),
    Setting("jdy_filter_zone", "+08:00", ("UTC",), "assumed", "Jiandaoyun: zone of a filter's date without one."),
    Setting("jdy_repeat_ids", True, (False,), "assumed", "Jiandaoyun: a repeated batch_create tells its ids again."),
    Setting("jdy_flow_failure_status", 200, (400,), "observed", "Jiandaoyun: HTTP status of a failed workflow call."),
    Setting("jdy_push_api_writes", True, (False,), "assumed", "Jiandaoyun: what the API writes is pushed as well."),
    Setting("jst_rate_limits", False, (True,), "ours", "Jushuitan: hold its limits, 5 a second and 100 a minute."),
    Setting("jst_clock_tolerance", 15, (10,), "documented", "Jushuitan: minutes a timestamp may be off (code 140)."),
    Setting("jst_change_confirmed", True, (False,), "assumed", "Jushuitan: new content after confirmation is taken."),
    Setting("jst_intercept_orders", False, (True,), "documented", "Jushuitan: no outer_oi_id cancels the order."),
    Setting("wdt_shops", "own", ("tmall",), "documented", "Wangdiantong: only shops of platform 127 are pushed to."),
    Setting("wdt_calls_a_minute", 0, (60,), "assumed", "Wangdiantong 旗舰版: calls a minute; 0: any number."),
    Setting("wdt_counts_unchanged", False, (True,), "assumed", "Wangdiantong: a repeat counts in chg_count."),
    Setting("wdt_change_processed", True, (False,), "assumed", "Wangdiantong: new content after review is taken."),
    Setting("wdt_takes_refused", True, (False,), "assumed", "Wangdiantong 旗舰版: an upload may say 7 (refused)."),
    Setting(
        "erp_ip_whitelist", "", ("10.0.0.1",), "documented", "Who may call 聚水潭 or 旺店通, by commas; empty: any."
    ),
    Setting("erp_push_tries", 3, (1,), "assumed", "How often the ERP tries to deliver a callback."),
    Setting("erp_callbacks_signed", True, (False,), "ours", "Sign the ERP's callbacks."),
    Setting("server_header", "Tengine", ("nginx",), "observed", "Server header of the gateway."),
)

SETTINGS: Mapping[str, Setting] = {setting.name: setting for setting in _ALL}

_PER_SHOP = frozenset(
    {
        "agree_needs_sub_account",
        "agree_needs_review",
        "partly_failed_succ",
        "repeated_agree",
        "refuse_bumps_version",
        "review_bumps_version",
        "message_bumps_version",
        "extend_bumps_version",
        "staff_bumps_version",
        "refuse_unshipped",
        "agree_in_wait_buyer_return",
        "refund_id_type",
        "empty_list",
        "json_numbers",
        "buyer_fields",
        "list_default_days",
        "ag_success_pays",
        "list_order",
        "list_ties",
        "list_end",
        "applying_blocked",
        "refused_return_stays",
        "intercept_bumps_version",
        "message_touches_modified",
        "tmc_dispute_ids",
        "tmc_dispute_fee",
        "ag_check_fee",
        "sms_code_length",
        "sms_answer",
        "request_ids",
        "argument_sub_codes",
        "unknown_fields",
        "page_size_range",
        "page_beyond_end",
        "list_aftersale",
        "list_start",
        "list_lag",
        "list_strict_window",
        "edition",
        "sms_threshold",
        "aftersale_days",
        "aftersale_end",
        "token_lifetimes",
        "session_seconds",
        "auth_code_seconds",
        "refresh_ends_session",
        "refresh_token_reuse",
        "revoked_session",
        "agree_security_level",
        "limit_profile",
        "staff_keeps_countdown",
        "staff_proof_stops",
        "cs_after_ruling",
        "tmc_permitted",
        "tmc_exchange_topics",
        "tmc_dispute_topics",
        "tmc_mark_topics",
        "tmc_ag_topics",
        "tmc_trade_topics",
        "tmc_remind_content",
        *(setting.name for setting in _ALL if setting.name.startswith("hours_")),
    }
)
"""What the gateway looks up for the shop of a call or refund. All else is settled before the shop is known, or is about
an app, the clock or the ERP."""
