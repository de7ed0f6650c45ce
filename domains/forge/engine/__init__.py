"""The forge's own craft: functions that know no database."""
