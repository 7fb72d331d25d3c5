namespace Consensus.Replication;

/// <summary>A state machine beside others.</summary>
/// <param name="Id">The identity that its commands and queries begin with; not <see cref="MachineId.None"/>.</param>
/// <param name="Machine">The machine, as new.</param>
public readonly record struct HostedMachine(MachineId Id, IStateMachine Machine);
