"""pydantic-settings with its two sources of AWS: all parameters below a path, and a source for each secret's document."""

from pydantic import create_model
from pydantic_settings import (
    AWSSecretsManagerSettingsSource,
    AWSSystemsManagerSettingsSource,
    BaseSettings,
)

from peer import field, names, serve

parameters, secrets = names()


class Sources(BaseSettings):
    @classmethod
    def settings_customise_sources(cls, settings_cls, init_settings, env_settings, dotenv_settings, file_secret_settings):
        return (
            init_settings,
            env_settings,
            AWSSystemsManagerSettingsSource(settings_cls, parameters[0].rpartition("/")[0]),
            *(AWSSecretsManagerSettingsSource(settings_cls, name) for name in secrets),
        )


Settings = create_model("Settings", __base__=Sources, **{field(name): str for name in parameters + secrets})

serve(lambda: Settings().model_dump())
