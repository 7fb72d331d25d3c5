using Consensus.Engine;

namespace Consensus.Simulation.Nodes;

/// <summary>An engine whose core is looked at after each turn, and is otherwise as it is.</summary>
internal sealed class ObservedEngine(IEngine engine, SimulatedNode node, INodeObserver observer) : IEngine
{
    /// <inheritdoc/>
    public string Name => engine.Name;

    /// <inheritdoc/>
    public ConsensusGuarantees Guarantees => engine.Guarantees;

    /// <inheritdoc/>
    public bool MarksCheckpoints => engine.MarksCheckpoints;

    /// <inheritdoc/>
    public bool AnnouncesLeaders => engine.AnnouncesLeaders;

    /// <inheritdoc/>
    public IMessageCodec Codec => engine.Codec;

    /// <inheritdoc/>
    public IMessageVerifier Verifier => engine.Verifier;

    /// <summary>The core itself, once it is made.</summary>
    public IProtocolCore? Core { get; private set; }

    /// <inheritdoc/>
    public IProtocolCore CreateCore(CoreContext context)
    {
        Core = engine.CreateCore(context);
        return new ObservedCore(Core, node, observer);
    }

    private sealed class ObservedCore(IProtocolCore core, SimulatedNode node, INodeObserver observer) : IProtocolCore
    {
        public Ticks NextDeadline => core.NextDeadline;

        public CoreStatus Status => core.Status;

        public void BeginTurn(Ticks now, Timestamp clock) => core.BeginTurn(now, clock);

        public void Step(Ticks now, Input input, EffectBuffer effects)
        {
            if (input is ReadRequested read)
            {
                observer.OnReadRequested(node, read.Ticket);
            }

            core.Step(now, input, effects);
        }

        public void EndTurn(Ticks now, EffectBuffer effects)
        {
            core.EndTurn(now, effects);
            observer.OnTurn(node, core.Status, effects);
        }

        public Digest StateDigest() => core.StateDigest();
    }
}
