namespace Consensus.Gossip.Dissemination;

/// <summary>Which share of calls gets no answer, lately, and so how many more are needed to reach as many.</summary>
internal sealed class CallLoss
{
    // An answer's weight: some hundred calls make a new picture.
    private const double Weight = 1.0 / 64;
    private const double GrowthMax = 2;

    /// <summary>The share, 0 to 1.</summary>
    public double Share { get; private set; }

    public void OnAnswered() => Note(0);

    public void OnLost() => Note(1);

    /// <summary>How many to call in a round in place of so many.</summary>
    public int Compensate(int fanout)
    {
        // Half of what is not answered did arrive: the answer was lost. A little less is no reason for another call.
        var growth = 1 / (1 - (Share / 2));
        return (int)Math.Ceiling((fanout * Math.Min(GrowthMax, growth)) - 0.25);
    }

    private void Note(double lost) => Share += (lost - Share) * Weight;
}
