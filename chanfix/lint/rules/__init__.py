"""All rules, by hand, in the order in which users should meet them."""

from __future__ import annotations

from chanfix.lint.rules.agent_commented_out import AgentCommentedOut
from chanfix.lint.rules.agent_detached import AgentDetached
from chanfix.lint.rules.agent_in_commandline import AgentInCommandline
from chanfix.lint.rules.agent_misplaced import AgentMisplaced
from chanfix.lint.rules.agent_missing import AgentMissing
from chanfix.lint.rules.agent_name_typo import AgentNameTypo
from chanfix.lint.rules.agent_name_whitespace import AgentNameWhitespace
from chanfix.lint.rules.agent_not_unix import AgentNotUnix
from chanfix.lint.rules.agent_target_missing import AgentTargetMissing
from chanfix.lint.rules.agent_target_type import AgentTargetType
from chanfix.lint.rules.agent_type_missing import AgentTypeMissing
from chanfix.lint.rules.agent_wrong_driver import AgentWrongDriver
from chanfix.lint.rules.autogen_header import AutogenHeader
from chanfix.lint.rules.base import Rule
from chanfix.lint.rules.channel_schema import ChannelSchema
from chanfix.lint.rules.doctype import Doctype
from chanfix.lint.rules.domain_schema import DomainSchema
from chanfix.lint.rules.duplicate_agent_channel import DuplicateAgentChannel
from chanfix.lint.rules.duplicate_port_name import DuplicatePortName
from chanfix.lint.rules.live_alias import LiveAlias
from chanfix.lint.rules.live_channel_state import LiveChannelState
from chanfix.lint.rules.live_domain_id import LiveDomainId
from chanfix.lint.rules.live_pty import LivePty
from chanfix.lint.rules.mode_connect import ModeConnect
from chanfix.lint.rules.mode_invalid import ModeInvalid
from chanfix.lint.rules.mode_missing import ModeMissing
from chanfix.lint.rules.network_channel import NetworkChannel
from chanfix.lint.rules.not_well_formed import NotWellFormed
from chanfix.lint.rules.path_doc_example import PathDocExample
from chanfix.lint.rules.path_exposed import PathExposed
from chanfix.lint.rules.path_hardcoded import PathHardcoded
from chanfix.lint.rules.path_in_libvirt_dir import PathInLibvirtDir
from chanfix.lint.rules.path_live_generated import PathLiveGenerated
from chanfix.lint.rules.path_missing import PathMissing
from chanfix.lint.rules.path_not_absolute import PathNotAbsolute
from chanfix.lint.rules.path_other_domain import PathOtherDomain
from chanfix.lint.rules.path_shared import PathShared
from chanfix.lint.rules.path_too_long import PathTooLong
from chanfix.lint.rules.reconnect_with_bind import ReconnectWithBind
from chanfix.lint.rules.secret_in_file import SecretInFile
from chanfix.lint.rules.spicevmc_name import SpicevmcName
from chanfix.lint.rules.spicevmc_no_spice import SpicevmcNoSpice
from chanfix.lint.rules.template_not_lintable import TemplateNotLintable
from chanfix.lint.rules.unused_suppression import UnusedSuppression
from chanfix.lint.rules.vserial_address_type import VserialAddressType
from chanfix.lint.rules.vserial_bus import VserialBus
from chanfix.lint.rules.vserial_controller_missing import VserialControllerMissing
from chanfix.lint.rules.vserial_controller_ports import VserialControllerPorts
from chanfix.lint.rules.vserial_controller_unused import VserialControllerUnused
from chanfix.lint.rules.vserial_duplicate_index import VserialDuplicateIndex
from chanfix.lint.rules.vserial_no_pci import VserialNoPci
from chanfix.lint.rules.vserial_port_collision import VserialPortCollision
from chanfix.lint.rules.vserial_port_range import VserialPortRange
from chanfix.lint.rules.vserial_port_zero import VserialPortZero

__all__ = ["RULES", "by_name"]

RULES: tuple[Rule, ...] = (
    AgentNotUnix(),
    AgentTypeMissing(),
    AgentNameTypo(),
    AgentNameWhitespace(),
    AgentDetached(),
    AgentTargetType(),
    AgentTargetMissing(),
    DuplicateAgentChannel(),
    DuplicatePortName(),
    AgentMissing(),
    AgentWrongDriver(),
    AgentInCommandline(),
    AgentCommentedOut(),
    AgentMisplaced(),
    PathMissing(),
    PathDocExample(),
    PathLiveGenerated(),
    PathOtherDomain(),
    PathShared(),
    PathInLibvirtDir(),
    PathHardcoded(),
    PathTooLong(),
    PathNotAbsolute(),
    PathExposed(),
    ModeInvalid(),
    ModeMissing(),
    ModeConnect(),
    ReconnectWithBind(),
    VserialPortCollision(),
    VserialPortRange(),
    VserialPortZero(),
    VserialBus(),
    VserialAddressType(),
    VserialDuplicateIndex(),
    VserialControllerPorts(),
    VserialNoPci(),
    VserialControllerMissing(),
    VserialControllerUnused(),
    SpicevmcNoSpice(),
    SpicevmcName(),
    NetworkChannel(),
    LiveChannelState(),
    LiveDomainId(),
    LiveAlias(),
    LivePty(),
    AutogenHeader(),
    SecretInFile(),
    # The file itself.
    NotWellFormed(),
    TemplateNotLintable(),
    Doctype(),
    ChannelSchema(),
    DomainSchema(),
    UnusedSuppression(),
)


def by_name(name: str) -> Rule | None:
    """Return the rule of that name."""
    return next((rule for rule in RULES if rule.name == name), None)
