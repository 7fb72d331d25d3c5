using Consensus.Replication;

namespace Consensus.Hosting;

/// <summary>A state machine that an application puts beside the built-in ones.</summary>
/// <param name="Id">What its commands begin with.</param>
/// <param name="Create">Makes it, as new.</param>
internal sealed record AddedMachine(MachineId Id, Func<IServiceProvider, IStateMachine> Create);
