"""CloudWatch alarms that evaluate by themselves, and the metrics that they watch.

`alarm_rules` and `metric_math` are pure: from data points to a state. `evaluation` applies them to the emulator's
alarms, `traffic_metrics` publishes what AWS publishes when functions, APIs and load balancers are used,
`metric_filters` makes metrics of log lines, `extension` puts it all together.
"""
