"""What can stand in a home: the types of appliances and their actions, the places, the modes.

Source: the tables of both guides. An appliance lists its actions in the order of its type's row.
"""

from collections.abc import Mapping

_KR_TYPES = {
    "AIRCONDITIONER": (
        "ChangeFanSpeed ChangeMode ChangePower DecrementFanSpeed DecrementTargetTemperature GetCurrentTemperature "
        "GetDeviceState GetTargetTemperature HealthCheck IncrementFanSpeed IncrementTargetTemperature SetFanSpeed "
        "SetMode SetTargetTemperature StartOscillation StopOscillation TurnOff TurnOn"
    ),
    "AIRPURIFIER": (
        "ChangeFanSpeed ChangeMode ChangePower DecrementFanSpeed GetAirQuality GetCurrentTemperature GetDeviceState "
        "GetFineDust GetHumidity GetUltraFineDust HealthCheck IncrementFanSpeed ReleaseMode SetFanSpeed SetMode "
        "TurnOff TurnOn"
    ),
    "AIRSENSOR": (
        "GetAirQuality GetCurrentTemperature GetDeviceState GetFineDust GetHumidity GetUltraFineDust HealthCheck"
    ),
    "BIDET": "Close GetDeviceState GetExpendableState HealthCheck Open TurnOff TurnOn",
    "BODYWEIGHTSCALE": "GetBMI GetBatteryInfo GetDeviceState GetBodyFat GetHealthScore GetMuscle GetWeight HealthCheck",
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
    "PURIFIER": "GetConsumption GetDeviceState GetExpendableState HealthCheck ReleaseMode SetMode SetTargetTemperature",
    "RANGE": "GetDeviceState HealthCheck",
    "RANGEHOOD": "GetDeviceState HealthCheck TurnOff TurnOn",
    "REFRIGERATOR": "GetDeviceState HealthCheck ReleaseMode SetMode SetTargetTemperature",
    "RICECOOKER": (
        "GetCleaningCycle GetDeviceState GetExpendableState GetKeepWarmTime GetPhase GetRemainingTime HealthCheck "
        "ReleaseMode SetMode Stop TurnOff TurnOn"
    ),
    "ROBOTVACUUM": "Charge GetBatteryInfo GetDeviceState HealthCheck TurnOff TurnOn",
    "SETTOPBOX": (
        "ChangeInputSource ChangePower DecrementChannel DecrementVolume GetDeviceState HealthCheck IncrementChannel "
        "IncrementVolume Mute SetChannel SetChannelByName TurnOff TurnOn Unmute"
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
        "ChangeInputSource ChangePower DecrementChannel DecrementVolume GetDeviceState HealthCheck IncrementChannel "
        "IncrementVolume Mute SetChannel SetChannelByName TurnOff TurnOn Unmute"
    ),
    "SMARTVALVE": "GetDeviceState GetLockState SetLockState",
    "SMOKESENSOR": "GetDeviceState HealthCheck",
    "SWITCH": "GetDeviceState HealthCheck TurnOff TurnOn",
    "THERMOSTAT": (
        "DecrementTargetTemperature GetConsumption GetCurrentTemperature GetDeviceState GetEstimateConsumption "
        "GetTargetTemperature HealthCheck IncrementTargetTemperature SetMode SetTargetTemperature TurnOff TurnOn"
    ),
    "VENTILATOR": (
        "GetAirQuality GetCurrentTemperature GetDeviceState GetHumidity GetTargetTemperature HealthCheck ReleaseMode "
        "SetFanSpeed SetMode TurnOff TurnOn"
    ),
    "WATERBOILER": "GetDeviceState HealthCheck SetMode TurnOff TurnOn",
    "WINECELLAR": "GetDeviceState HealthCheck ReleaseMode SetMode SetTargetTemperature TurnOff TurnOn",
}

_SAME_IN_JP = (
    "BIDET CLOTHESWASHER DEHUMIDIFIER ELECTRICTOOTHBRUSH HEATER OPENCLOSESENSOR RANGE RANGEHOOD RICECOOKER "
    "ROBOTVACUUM SLEEPINGMONITOR SMARTHUB SMARTPLUG SMOKESENSOR"
)

_JP_TYPES = {
    "AIRCONDITIONER": (
        "DecrementFanSpeed DecrementTargetTemperature GetCurrentTemperature GetDeviceState GetTargetTemperature "
        "HealthCheck IncrementFanSpeed IncrementTargetTemperature ReleaseMode SetFanSpeed SetMode SetTargetTemperature "
        "TurnOff TurnOn"
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
        "DecrementTargetTemperature GetCurrentTemperature GetTargetTemperature HealthCheck IncrementTargetTemperature "
        "SetMode SetTargetTemperature TurnOff TurnOn"
    ),
    "VENTILATOR": "GetDeviceState HealthCheck TurnOff TurnOn",
    "WATERBOILER": "GetDeviceState HealthCheck ReleaseMode SetMode TurnOff TurnOn",
}

_PLACES_IN_BOTH = (
    "ATTIC BALCONY BATH_ROOM BED_ROOM DINING_ROOM ENTRANCE FIRST_ROOM HALLWAY KITCHEN LIBRARY LIVING_ROOM POWDER_ROOM "
    "ROOM SECOND_ROOM SMALL_BATH_ROOM SMALL_CHILD_ROOM STAIRS THIRD_ROOM WAREHOUSE YARD"
)
_PLACES_IN_KR = (
    "BALCONY_IN_LIVING_ROOM BALCONY_IN_MAIN_ROOM BALCONY_KITCHEN BATH_ROOM_IN_LIVING_ROOM BATH_ROOM_IN_MAIN_ROOM "
    "BIG_BATH_ROOM BIG_CHILD_ROOM BIG_ROOM BOILER_ROOM DRESS_ROOM FAMILY_ROOM FATHER_ROOM FIFTH_ROOM FOURTH_ROOM "
    "MAIN_GATE MAIN_ROOM MOTHER_ROOM MY_ROOM PARENTS_ROOM PLAY_ROOM SMALL_KITCHEN SMALL_LIVING_ROOM SMALL_ROOM "
    "UPSTAIRS_ROOM UTILITY_ROOM"
)

_KR_MODES = {
    "AIRCONDITIONER": "auto cool dehumidify fan heat powercool powersaving sleep",
    "AIRPURIFIER": "auto autohumidify infant roomcare sleep yellowsand",
    "FAN": "auto baby sleep",
    "HOMECAM": "privacy sensing",
    "HUMIDIFIER": "light",
    "LIGHT": "concentration movie music reading rest sleep vitality wakeup",
    "MOTIONSENSOR": "siren",
    "PURIFIER": "coldwater general hotwater smartchecking",
    "REFRIGERATOR": "filter freeze powersaving",
    "RICECOOKER": "general keepwarm powersaving reheating",
    "SMARTHUB": "away hotwater indoor sleep",
    "THERMOSTAT": "away hotwater indoor sleep",
    "VENTILATOR": "auto dehumidify dry ventilating warmwind",
    "WATERBOILER": "hotwater reheating",
}

_JP_MODES = {
    "AIRCONDITIONER": "auto away blower cool dehumidify heat indoor sleep wakeup",
    "AIRPURIFIER": "auto dehumidify humidify removepollen sleep",
    "FAN": "auto baby sleep",
    "LIGHT": "concentration reading rest sleep vitality wakeup",
    "PURIFIER": "coldwater general hotwater smartchecking",
    "REFRIGERATOR": "filter freeze powersaving",
    "RICECOOKER": "general keepwarm powersaving reheating",
    "SMARTHUB": "away indoor sleep",
    "THERMOSTAT": "away indoor sleep",
    "WATERBOILER": "hotwater reheating washing",
}

Rows = Mapping[str, tuple[str, ...]]


def _split(rows: Mapping[str, str]) -> Rows:
    return {name: tuple(row.split()) for name, row in rows.items()}


TYPES: Mapping[str, Rows] = {
    "kr": _split(_KR_TYPES),
    "jp": _split(
        {
            kind: _JP_TYPES.get(kind, row)
            for kind, row in _KR_TYPES.items()
            if kind in (*_JP_TYPES, *_SAME_IN_JP.split())
        }
    ),
}

LOCATIONS: Mapping[str, frozenset[str]] = {
    "kr": frozenset(_PLACES_IN_BOTH.split() + _PLACES_IN_KR.split()),
    "jp": frozenset([*_PLACES_IN_BOTH.split(), "JAPANESE_STYLE_ROOM"]),
}

MODES: Mapping[str, Rows] = {"kr": _split(_KR_MODES), "jp": _split(_JP_MODES)}

ENDPOINTS: Mapping[str, frozenset[str]] = {
    "kr": frozenset({"coldwater", "freezer", "fridge", "hotwater"}),
    "jp": frozenset(),
}

TURN_ON: Rows = _split(
    {
        "AIRCONDITIONER": "mode fanSpeed targetTemperature",
        "AIRPURIFIER": "fanSpeed",
        "HEATER": "targetTemperature",
        "HUMIDIFIER": "fanSpeed",
        "WATERBOILER": "mode targetTemperature",
    }
)
"""What a TurnOnConfirmation may tell in JP, by the appliance's type."""
