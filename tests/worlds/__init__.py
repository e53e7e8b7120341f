"""Made-up data that tests and benches share: catalogues, listeners, nights, models that answer. Nothing here judges."""
