namespace Consensus.Simulation.Disk;

/// <summary>Decides what of the unflushed changes is on the disk after a crash of the machine; asked for one after the other, in their order.</summary>
internal interface ISurvival
{
    /// <summary>Whether a change of a folder's list of names survives.</summary>
    bool KeepsName();

    /// <summary>Whether a change of a file's length survives.</summary>
    bool KeepsLength();

    /// <summary>Which bytes of a sector survive.</summary>
    /// <returns>From which byte on, and up to which, counted like <see cref="WrittenSector.Start"/>.</returns>
    (int From, int To) Keeps(in WrittenSector sector);
}
