namespace Consensus.Engine.Tests.Driver;

/// <summary>A core that does what the test says, and notes what it was given.</summary>
internal sealed class ScriptedCore : IProtocolCore
{
    public List<Input> Inputs { get; } = [];

    public int Turns { get; private set; }

    /// <summary>What the core does with an input.</summary>
    public Action<Input, EffectBuffer> OnStep { get; set; } = static (_, _) => { };

    public Action<EffectBuffer> OnEndTurn { get; set; } = static _ => { };

    public Ticks NextDeadline { get; set; } = Ticks.Never;

    public CoreStatus Status { get; set; } = default(CoreStatus) with { Membership = ClusterMembership.Empty };

    /// <summary>What the clocks showed at the beginning of each turn.</summary>
    public List<(Ticks Now, Timestamp Clock)> Begun { get; } = [];

    public void BeginTurn(Ticks now, Timestamp clock) => Begun.Add((now, clock));

    public void Step(Ticks now, Input input, EffectBuffer effects)
    {
        Inputs.Add(input);
        OnStep(input, effects);
    }

    public void EndTurn(Ticks now, EffectBuffer effects)
    {
        Turns++;
        OnEndTurn(effects);
    }

    public Digest StateDigest() => default;
}
