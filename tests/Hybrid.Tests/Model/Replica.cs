namespace Consensus.Hybrid.Tests.Model;

/// <summary>What an honest replica has on its disk: a crash forgets nothing of it, and so is nothing but silence.</summary>
/// <param name="Log">Its log.</param>
/// <param name="Term">Its term.</param>
/// <param name="Applied">How much of its log it counts as committed, and has applied.</param>
/// <param name="Signed">Up to which entry it has signed what its state is.</param>
/// <param name="Floor">The log up to the highest certificate that it has of such signatures.</param>
/// <param name="Seal">Whether it has sealed the epoch, and how.</param>
/// <param name="Reported">Its log when it sealed the epoch.</param>
/// <param name="ReportedFloor">Its highest floor then.</param>
/// <param name="Acked1">Up to which entry it has acknowledged the log of term 1's leader.</param>
/// <param name="Acked2">The same for term 2.</param>
/// <param name="Leads">The terms that it has won, as bits.</param>
internal readonly record struct Replica(Chain Log, byte Term, byte Applied, byte Signed, Chain Floor, Seal Seal, Chain Reported, Chain ReportedFloor, byte Acked1, byte Acked2, byte Leads)
{
    /// <summary>All of it in one number, so that replicas that differ in nothing but their names can be put in one order.</summary>
    public ulong Packed =>
        Log.Bits | ((ulong)Floor.Bits << 12) | ((ulong)Reported.Bits << 24) | ((ulong)ReportedFloor.Bits << 36)
        | ((ulong)Term << 48) | ((ulong)Applied << 50) | ((ulong)Signed << 52) | ((ulong)Seal << 54) | ((ulong)Acked1 << 56) | ((ulong)Acked2 << 58) | ((ulong)Leads << 60);

    public bool IsSealed => Seal != Seal.None;

    public Chain AppliedLog => Log.Prefix(Applied);

    public int Acked(int term) => term == 1 ? Acked1 : Acked2;

    public bool HasWon(int term) => (Leads & (1 << term)) != 0;

    /// <summary>The same at the end of the epoch: what it reports it says once.</summary>
    public Replica Sealed(Seal seal) => this with { Seal = seal, Reported = seal == Seal.Orderly ? AppliedLog : Log, ReportedFloor = Floor };

    public Replica WithAck(int term, int index) => term == 1 ? this with { Acked1 = (byte)Math.Max(Acked1, index) } : this with { Acked2 = (byte)Math.Max(Acked2, index) };

    public override string ToString() =>
        $"[{Log}] term {Term}, applied {Applied}, signed {Signed}, floor {Floor.Length}, {Seal}{(HasWon(1) ? ", won 1" : "")}{(HasWon(2) ? ", won 2" : "")}";
}

/// <summary>How a replica has ended the epoch.</summary>
internal enum Seal : byte
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>It has applied the seal.</summary>
    Orderly,

    /// <summary>It was told that a member is faulty, and reports what it has.</summary>
    Forced,
}
