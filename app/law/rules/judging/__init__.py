"""What each rule on consent asks and whether a case meets it: one evaluator a rule, grouped by what it looks at."""
