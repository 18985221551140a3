"""A correct refund integration between the Tmall open platform (TOP) and an ERP: an example to copy.

It imports nothing of the sandbox that surrounds it, only the standard library and urllib3, and knows its two
sides by URL and key alone, as a customer's program would. It comes in two styles, `python -m connectors.polling` and
`python -m connectors.messages`, which differ in how they learn what has changed. Start either with

    TOP_URL         …/router/rest            ERP_URL       the ERP's address, …/generic/v1
    TOP_APP_KEY     TOP_APP_SECRET           ERP_KEY       its bearer key
    TOP_SESSION     the main account's       SHOPS         instead of TOP_*: JSON list of {nick, app_key,
    TOP_SUB_SESSION a sub-account's                        app_secret, session, sub_session, refresh_token,
    OAUTH_URL       where sessions are renewed             sub_refresh_token, erp_shop, type}; it wins
    TOP_REFRESH_TOKEN, TOP_SUB_REFRESH_TOKEN  with which that is done; without them nobody does it
    ERP             its dialect: generic, jiandaoyun (…/api), jushuitan, wangdiantong (旗舰版) or
                    wangdiantong-enterprise (…/openapi2). Of the last three ERP_KEY is the app's secret,
    ERP_APP_KEY     the app's key, and of 旺店通    ERP_SID, ERP_SALT  account and (旗舰版) salt
    DATABASE        SQLite file              POLL          seconds between two polls (0.5)
    HEALTH_PORT     answers GET /health      PAGE_SIZE     rows of a list page (20, at most 100)
    OVERLAP         s a window reaches back  HISTORY       days looked back at the very first start (1)
    CLOCK_OFFSET, CLOCK_FILE  see `clock`    MUTANT        one seeded bug, see `mutants`
    LEAD            s before a deadline that people are told of what nobody decided (7200), at
    ESCALATION_URL  by POST; without it by a line of the log that begins with ESCALATED
    MARGIN          s before a deadline when a silent warehouse counts as one that could not stop the parcel (600)
    CALLBACK_SECRET with which the ERP signs its callbacks, taken at POST /erp; without it none is believed
    INBOUND         separate (a notice of its own for goods that come back) or none
    HOLD_SCOPE      order (what is refunded is held) or trade (the whole parcel)
    PAYS_ON         all (money for a return when every piece is back) or part (when some are)

What it does right, and where to read it:

* `polling`   for each shop one loop that takes in and one that carries out; no loop waits for another;
* `messages`  messages say which refund to read again, kept before they are confirmed (`post`); lists what they missed;
* `program`   what both styles are as a program;
* `desk`      the parts of one shop; `listing` the platform's lists;
* `intake`    overlapping windows by `modified`, pages from the last to the first, the cursor stored after the work;
* `delivery`  one refund from the platform to the ERP; `papers` its documents, by numbers that follow from it alone;
* `inbound`   notices of goods that come back; `exchanges` goods instead of money, step by step;
* `ag`        what became of a parcel, told to AG truly, once, and in time; `account` whether it wants to know;
* `escalation`  people are told of what nobody decided before the platform decides it, and of what only they can do;
* `decisions` what the ERP decided, carried out on the platform, if it was decided about what the refund is now;
* `refunds`   what a refund is for the ERP, and what a decision demands: functions of values;
* `platform`, `errors`  the one side, and the three ways in which a call can fail;
* `erp`       the other side: `erp_generic`, `erp_jushuitan`, `erp_wangdiantong`, or `erp_jiandaoyun` with `pace`;
* `callbacks` what the ERP calls back: whose it is, and each once; `callbacks_generic`, `callbacks_jiandaoyun` know how;
* `memory`    what must survive a crash: cursors, what was written, what is unknown, what is still to do;
* `patience`  when to try again; `work` one job for a refund at a time, and a slow one keeps nobody waiting.

A deleted database loses nothing: refunds come again through the history window, decisions from the ERP's first
document on, and every write is either idempotent or preceded by a look at what is there.
"""
