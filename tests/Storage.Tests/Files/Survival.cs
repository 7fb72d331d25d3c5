using Consensus.Simulation.Disk;

namespace Consensus.Storage.Tests.Files;

/// <summary>Which of the changes that nobody has flushed survive a crash of the machine.</summary>
internal abstract class Survival
{
    private Survival()
    {
    }

    /// <summary>All that was written is on the disk.</summary>
    public static Survival Everything { get; } = new All(keeps: true);

    /// <summary>Nothing is that was not flushed.</summary>
    public static Survival Nothing { get; } = new All(keeps: false);

    /// <summary>Each name change, length change and written sector survives or not, by the bits of a number.</summary>
    public static Survival Subset(ulong survivors) => new Bits(survivors);

    /// <summary>All survives but the last write, of which the first bytes do.</summary>
    public static Survival Torn(int kept) => new Tear(kept, fromStart: true);

    /// <summary>All survives but the last write, of which the first bytes are lost.</summary>
    public static Survival TornFromBehind(int lost) => new Tear(lost, fromStart: false);

    /// <summary>Begins to decide, for one crash.</summary>
    public abstract ISurvival Begin();

    private sealed class All(bool keeps) : Survival, ISurvival
    {
        public override ISurvival Begin() => this;

        public bool KeepsName() => keeps;

        public bool KeepsLength() => keeps;

        public (int From, int To) Keeps(in WrittenSector sector) => (sector.Start, keeps ? sector.End : sector.Start);

        public override string ToString() => keeps ? "nothing lost" : "all unflushed lost";
    }

    private sealed class Tear(int position, bool fromStart) : Survival, ISurvival
    {
        public override ISurvival Begin() => this;

        public bool KeepsName() => true;

        public bool KeepsLength() => true;

        public (int From, int To) Keeps(in WrittenSector sector)
        {
            var (from, to) = (sector.Start, sector.End);
            return !sector.IsOfLastWrite ? (from, to) : fromStart ? (from, Math.Min(to, position)) : (Math.Max(from, position), to);
        }

        public override string ToString() => fromStart ? $"first {position} bytes of the last write kept" : $"first {position} bytes of the last write lost";
    }

    private sealed class Bits(ulong survivors) : Survival
    {
        public override ISurvival Begin() => new Decision(survivors);

        public override string ToString() => $"survivors 0x{survivors:x}";

        private sealed class Decision(ulong survivors) : ISurvival
        {
            private int _next;

            public bool KeepsName() => Next();

            public bool KeepsLength() => Next();

            public (int From, int To) Keeps(in WrittenSector sector) => (sector.Start, Next() ? sector.End : sector.Start);

            private bool Next() => ((survivors >> (_next++ % 64)) & 1) == 1;
        }
    }
}
