namespace Consensus.Replication;

/// <summary>Why a <see cref="CompositeStateMachine"/> rejected a command or query itself. The numbers are part of the format of its answers.</summary>
public enum CompositeRejection : byte
{
    /// <summary>It has no bytes, not even the machine's identity.</summary>
    MachineMissing = 1,

    /// <summary>No machine is hosted under its identity.</summary>
    MachineUnknown = 2,
}
