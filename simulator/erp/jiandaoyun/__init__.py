"""The profile `jiandaoyun` (简道云): a form platform, on which the after-sale document is a row of a customer's form.

Start at `profile`; `form` knows the widgets, `values` what each type of widget takes and shows, `api` the calls,
`workflow` the approval flow beside them. Sources: hc.jiandaoyun.com/open (11261, 10993, 14217 to 14225, 16051, 10732),
and the official clients github.com/jiandaoyun/api-demo and /webhook-demo.
"""
