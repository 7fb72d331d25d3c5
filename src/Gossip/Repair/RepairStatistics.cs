namespace Consensus.Gossip.Repair;

/// <summary>What the repair core has done since it was made.</summary>
internal sealed class RepairStatistics
{
    /// <summary>How often it compared its state with that of another node.</summary>
    public long Asked { get; set; }

    /// <summary>How often others asked it while it had no place for one more exchange, or had just had one with them.</summary>
    public long Declined { get; set; }

    /// <summary>How many exchanges came to their end.</summary>
    public long Completed { get; set; }

    /// <summary>How many did not, for the other side fell silent.</summary>
    public long TimedOut { get; set; }

    /// <summary>How many were given up for what the other side said.</summary>
    public long Rejected { get; set; }

    /// <summary>How many steps came that belong to no exchange: late ones, or made-up ones.</summary>
    public long Unexpected { get; set; }

    /// <summary>How many values it got that it lacked.</summary>
    public long ValuesGained { get; set; }

    /// <summary>How many values it sent.</summary>
    public long ValuesSent { get; set; }
}
