namespace Consensus.Gossip.Membership;

/// <summary>How well this node itself does: who is slow takes others for dead. The worse it does, the longer it waits for answers and between questions (Lifeguard, section IV-A).</summary>
/// <param name="worst">The highest score.</param>
internal sealed class LocalHealth(int worst)
{
    /// <summary>0 for well.</summary>
    public int Score { get; private set; }

    /// <summary>Something went as it should.</summary>
    public void Improve() => Score = Math.Max(0, Score - 1);

    /// <summary>Something points to this node itself.</summary>
    public void Worsen(int by = 1) => Score = Math.Min(worst, Score + by);

    /// <summary>A wait, as long as it has to be.</summary>
    public TimeSpan Stretch(TimeSpan wait) => wait * (Score + 1);
}
