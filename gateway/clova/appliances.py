"""Which actions CLOVA allows for an appliance of each type, in the order they are announced.

Source: the CLOVA Home extension guide (KR, DocVersion v2021-01-18), table of appliance types. An action that
`catalogue.ACTIONS` does not have yet is not announced.
"""

_ROWS = {
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

APPLIANCES: dict[str, tuple[str, ...]] = {kind: tuple(actions.split()) for kind, actions in _ROWS.items()}
