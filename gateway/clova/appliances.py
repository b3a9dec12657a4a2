"""Which actions CLOVA allows for an appliance of each type in each region, in the order they are announced.

Source: the CLOVA Home extension guides (KR, v2021-01-18; JP, v3.2.0), tables of appliance types.
"""

_KR = {
    "AIRCONDITIONER": (
        "ChangeFanSpeed ChangeMode ChangePower DecrementFanSpeed DecrementTargetTemperature GetCurrentTemperature "
        "GetDeviceState GetTargetTemperature HealthCheck IncrementFanSpeed IncrementTargetTemperature SetFanSpeed "
        "SetMode SetTargetTemperature StartOscillation StopOscillation TurnOff TurnOn"
    ),
    "AIRPURIFIER": (
        "ChangeFanSpeed ChangeMode ChangePower DecrementFanSpeed GetAirQuality GetCurrentTemperature "
        "GetDeviceState GetFineDust GetHumidity GetUltraFineDust HealthCheck IncrementFanSpeed ReleaseMode "
        "SetFanSpeed SetMode TurnOff TurnOn"
    ),
    "AIRSENSOR": (
        "GetAirQuality GetCurrentTemperature GetDeviceState GetFineDust GetHumidity GetUltraFineDust HealthCheck"
    ),
    "BIDET": "Close GetDeviceState GetExpendableState HealthCheck Open TurnOff TurnOn",
    "BODYWEIGHTSCALE": (
        "GetBMI GetBatteryInfo GetDeviceState GetBodyFat GetHealthScore GetMuscle GetWeight HealthCheck"
    ),
    "BUILDING_ELECTRIC_METER": "GetConsumption",
    "BUILDING_ELEVATOR_CALLER": "CallElevator",
    "BUILDING_GAS_METER": "GetConsumption",
    "BUILDING_HEATING_METER": "GetConsumption",
    "BUILDING_HOTWATER_METER": "GetConsumption",
    "BUILDING_NOTICE_MONITOR": "GetNotice",
    "BUILDING_PACKAGE": "GetPackage",
    "BUILDING_PARKING_MONITOR": "GetVehicleLocation",
    "BUILDING_UTILITY_BILL_MONITOR": "GetCurrentBill",
    "BUILDING_WATER_METER": "GetConsumption",
    "CLOTHESCAREMACHINE": "GetDeviceState GetPhase GetRemainingTime HealthCheck TurnOff TurnOn",
    "CLOTHESDRYER": "GetDeviceState GetPhase GetRemainingTime HealthCheck TurnOff TurnOn",
    "CLOTHESWASHER": "GetDeviceState GetPhase GetRemainingTime HealthCheck TurnOff TurnOn",
    "DEHUMIDIFIER": "GetCurrentTemperature GetDeviceState GetHumidity HealthCheck SetFanSpeed TurnOff TurnOn",
    "DISHWASHER": "GetDeviceState GetPhase GetRemainingTime HealthCheck TurnOff TurnOn",
    "ELECTRICKETTLE": "GetCurrentTemperature GetDeviceState HealthCheck TurnOff TurnOn",
    "ELECTRICTOOTHBRUSH": "GetDeviceState HealthCheck",
    "FAN": (
        "DecrementFanSpeed GetDeviceState HealthCheck IncrementFanSpeed SetFanSpeed SetMode StartOscillation "
        "StopOscillation TurnOff TurnOn"
    ),
    "HEATER": (
        "DecrementTargetTemperature GetCurrentTemperature GetDeviceState GetTargetTemperature HealthCheck "
        "IncrementTargetTemperature SetTargetTemperature TurnOff TurnOn"
    ),
    "HOMECAM": "GetDetectionCount HealthCheck ReleaseMode SetMode StartRecording StopRecording TurnOff TurnOn",
    "HUMIDIFIER": (
        "GetCurrentTemperature GetDeviceState GetHumidity HealthCheck ReleaseMode SetFanSpeed SetMode TurnOff TurnOn"
    ),
    "KIMCHIREFRIGERATOR": "GetDeviceState HealthCheck",
    "LIGHT": (
        "DecrementBrightness DecrementVolume HealthCheck GetDeviceState IncrementBrightness IncrementVolume "
        "ReleaseMode SetBrightness SetColor SetColorTemperature SetMode TurnOff TurnOn"
    ),
    "MASSAGECHAIR": "DecrementIntensityLevel GetDeviceState HealthCheck IncrementIntensityLevel TurnOff TurnOn",
    "MICROWAVE": "GetDeviceState GetRemainingTime HealthCheck TurnOff TurnOn",
    "MOTIONSENSOR": "GetDetectedTime GetDeviceState GetPowerState HealthCheck ReleaseMode SetMode TurnOff TurnOn",
    "OPENCLOSESENSOR": "GetCloseTime GetDeviceState GetOpenState GetOpenTime HealthCheck",
    "OVEN": "GetDeviceState GetRemainingTime HealthCheck Preheat",
    "POWERSTRIP": "GetConsumption GetDeviceState GetEstimateBill GetProgressiveTaxBracket HealthCheck TurnOff TurnOn",
    "PURIFIER": (
        "GetConsumption GetDeviceState GetExpendableState HealthCheck ReleaseMode SetMode SetTargetTemperature"
    ),
    "RANGE": "GetDeviceState HealthCheck",
    "RANGEHOOD": "GetDeviceState HealthCheck TurnOff TurnOn",
    "REFRIGERATOR": "GetDeviceState HealthCheck ReleaseMode SetMode SetTargetTemperature",
    "RICECOOKER": (
        "GetCleaningCycle GetDeviceState GetExpendableState GetKeepWarmTime GetPhase GetRemainingTime HealthCheck "
        "ReleaseMode SetMode Stop TurnOff TurnOn"
    ),
    "ROBOTVACUUM": "Charge GetBatteryInfo GetDeviceState HealthCheck TurnOff TurnOn",
    "SETTOPBOX": (
        "ChangeInputSource ChangePower DecrementChannel DecrementVolume GetDeviceState HealthCheck "
        "IncrementChannel IncrementVolume Mute SetChannel SetChannelByName TurnOff TurnOn Unmute"
    ),
    "SLEEPINGMONITOR": (
        "GetAsleepDuration GetAwakeDuration GetDeviceState GetSleepScore GetSleepStartTime HealthCheck TurnOff TurnOn"
    ),
    "SMARTBED": "GetDeviceState HealthCheck Lower Raise Stop",
    "SMARTCHAIR": "GetCurrentSittingState GetDeviceState GetRightPostureRatio GetUsageTime HealthCheck",
    "SMARTCURTAIN": "Close GetDeviceState HealthCheck Open Stop",
    "SMARTHUB": "GetCurrentTemperature GetDeviceState GetHumidity GetTargetTemperature HealthCheck SetMode",
    "SMARTLOCK": "GetDeviceState GetLockState HealthCheck SetLockState",
    "SMARTMETER": "GetConsumption GetCurrentBill GetDeviceState GetEstimateBill GetProgressiveTaxBracket HealthCheck",
    "SMARTPLUG": "GetConsumption GetDeviceState GetEstimateBill HealthCheck TurnOff TurnOn",
    "SMARTTV": (
        "ChangeInputSource ChangePower DecrementChannel DecrementVolume GetDeviceState HealthCheck "
        "IncrementChannel IncrementVolume Mute SetChannel SetChannelByName TurnOff TurnOn Unmute"
    ),
    "SMARTVALVE": "GetDeviceState GetLockState SetLockState",
    "SMOKESENSOR": "GetDeviceState HealthCheck",
    "SWITCH": "GetDeviceState HealthCheck TurnOff TurnOn",
    "THERMOSTAT": (
        "DecrementTargetTemperature GetConsumption GetCurrentTemperature GetDeviceState GetEstimateConsumption "
        "GetTargetTemperature HealthCheck IncrementTargetTemperature SetMode SetTargetTemperature TurnOff TurnOn"
    ),
    "VENTILATOR": (
        "GetAirQuality GetCurrentTemperature GetDeviceState GetHumidity GetTargetTemperature HealthCheck "
        "ReleaseMode SetFanSpeed SetMode TurnOff TurnOn"
    ),
    "WATERBOILER": "GetDeviceState HealthCheck SetMode TurnOff TurnOn",
    "WINECELLAR": "GetDeviceState HealthCheck ReleaseMode SetMode SetTargetTemperature TurnOff TurnOn",
}

_SAME_IN_JP = (
    "BIDET CLOTHESWASHER DEHUMIDIFIER ELECTRICTOOTHBRUSH HEATER OPENCLOSESENSOR RANGE RANGEHOOD RICECOOKER "
    "ROBOTVACUUM SLEEPINGMONITOR SMARTHUB SMARTPLUG SMOKESENSOR"
)
_JP = {
    "AIRCONDITIONER": (
        "DecrementFanSpeed DecrementTargetTemperature GetCurrentTemperature GetDeviceState GetTargetTemperature "
        "HealthCheck IncrementFanSpeed IncrementTargetTemperature ReleaseMode SetFanSpeed SetMode "
        "SetTargetTemperature TurnOff TurnOn"
    ),
    "AIRPURIFIER": (
        "DecrementFanSpeed GetAirQuality GetDeviceState GetHumidity HealthCheck IncrementFanSpeed ReleaseMode "
        "SetFanSpeed SetMode TurnOff TurnOn"
    ),
    "AIRSENSOR": "GetAirQuality GetCurrentTemperature GetFineDust GetHumidity GetUltraFineDust HealthCheck",
    "BODYWEIGHTSCALE": "GetDeviceState HealthCheck",
    "CLOTHESCAREMACHINE": "GetRemainingTime HealthCheck TurnOff TurnOn",
    "CLOTHESDRYER": "GetDeviceState HealthCheck TurnOff TurnOn",
    "DISHWASHER": "GetPhase GetRemainingTime HealthCheck TurnOff TurnOn",
    "ELECTRICKETTLE": "GetCurrentTemperature HealthCheck TurnOff TurnOn",
    "FAN": "DecrementFanSpeed HealthCheck IncrementFanSpeed ReleaseMode SetFanSpeed SetMode TurnOff TurnOn",
    "HUMIDIFIER": "GetCurrentTemperature GetDeviceState GetHumidity HealthCheck SetFanSpeed TurnOff TurnOn",
    "LIGHT": (
        "DecrementBrightness HealthCheck IncrementBrightness SetBrightness SetColor SetColorTemperature SetMode "
        "TurnOff TurnOn"
    ),
    "MASSAGECHAIR": "DecrementIntensityLevel HealthCheck IncrementIntensityLevel TurnOff TurnOn",
    "MICROWAVE": "GetRemainingTime HealthCheck TurnOff TurnOn",
    "MOTIONSENSOR": "GetDeviceState HealthCheck",
    "OVEN": "GetDeviceState HealthCheck",
    "POWERSTRIP": "GetConsumption GetEstimateBill GetProgressiveTaxBracket HealthCheck TurnOff TurnOn",
    "PURIFIER": (
        "GetDeviceState GetExpendableState GetTargetTemperature HealthCheck ReleaseMode SetMode SetTargetTemperature"
    ),
    "REFRIGERATOR": "GetDeviceState HealthCheck SetFreezerTargetTemperature SetFridgeTargetTemperature SetMode",
    "SETTOPBOX": (
        "ChangeInputSource DecrementChannel DecrementVolume HealthCheck IncrementChannel IncrementVolume Mute "
        "SetChannel SetChannelByName SetInputSourceByName StartRecording StopRecording TurnOff TurnOn Unmute"
    ),
    "SMARTBED": "HealthCheck Lower Raise Stop",
    "SMARTCHAIR": "GetCurrentSittingState GetRightPostureRatio GetUsageTime HealthCheck",
    "SMARTCURTAIN": "Close GetDeviceState GetOpenState HealthCheck Open Stop",
    "SMARTLOCK": "GetDeviceState GetLockState SetLockState",
    "SMARTMETER": "GetConsumption GetDeviceState GetCurrentBill GetEstimateBill HealthCheck",
    "SMARTTV": (
        "ChangeInputSource DecrementChannel DecrementVolume HealthCheck IncrementChannel IncrementVolume Mute "
        "SetChannel SetChannelByName SetInputSourceByName StartRecording StopRecording TurnOff TurnOn Unmute"
    ),
    "SMARTVALVE": "GetLockState SetLockState",
    "SWITCH": "HealthCheck TurnOff TurnOn",
    "THERMOSTAT": (
        "DecrementTargetTemperature GetCurrentTemperature GetTargetTemperature HealthCheck "
        "IncrementTargetTemperature SetMode SetTargetTemperature TurnOff TurnOn"
    ),
    "VENTILATOR": "GetDeviceState HealthCheck TurnOff TurnOn",
    "WATERBOILER": "GetDeviceState HealthCheck ReleaseMode SetMode TurnOff TurnOn",
}


def _split(rows: dict[str, str]) -> dict[str, tuple[str, ...]]:
    return {kind: tuple(actions.split()) for kind, actions in sorted(rows.items())}


APPLIANCES: dict[str, dict[str, tuple[str, ...]]] = {
    "kr": _split(_KR),
    "jp": _split(_JP | {kind: _KR[kind] for kind in _SAME_IN_JP.split()}),
}
KINDS: frozenset[str] = frozenset().union(*APPLIANCES.values())
"""The types of both regions."""
