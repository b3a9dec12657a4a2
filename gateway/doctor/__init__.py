"""`clova-gateway doctor`: walks the way that CLOVA and alarms go, from the outside in, and says what is to be done."""
