namespace Consensus.Storage.Tests.Files;

/// <summary>Which of the changes that nobody has flushed survive a crash.</summary>
internal abstract class CrashLoss
{
    public const int Sector = 512;

    public static CrashLoss Nothing { get; } = new All(keeps: true);

    public static CrashLoss Everything { get; } = new All(keeps: false);

    /// <summary>Each name change, length change and written sector survives or not, by the bits of a number.</summary>
    public static CrashLoss Subset(ulong survivors) => new Bits(survivors);

    /// <summary>All survives but the last write, of which the first bytes do.</summary>
    public static CrashLoss Torn(int kept) => new Tear(kept, fromStart: true);

    /// <summary>All survives but the last write, of which the first bytes are lost.</summary>
    public static CrashLoss TornFromBehind(int lost) => new Tear(lost, fromStart: false);

    public abstract bool Keeps(DiskOperation operation);

    public abstract bool KeepsByte(Written write, int index, bool isLastWrite);

    public virtual void Begin()
    {
    }

    private sealed class All(bool keeps) : CrashLoss
    {
        public override bool Keeps(DiskOperation operation) => keeps;

        public override bool KeepsByte(Written write, int index, bool isLastWrite) => keeps;

        public override string ToString() => keeps ? "nothing lost" : "all unflushed lost";
    }

    private sealed class Tear(int position, bool fromStart) : CrashLoss
    {
        public override bool Keeps(DiskOperation operation) => true;

        public override bool KeepsByte(Written write, int index, bool isLastWrite) => !isLastWrite || index < position == fromStart;

        public override string ToString() => fromStart ? $"first {position} bytes of the last write kept" : $"first {position} bytes of the last write lost";
    }

    private sealed class Bits(ulong survivors) : CrashLoss
    {
        private int _next;
        private long _sector = -1;
        private Written? _write;
        private bool _keeps;

        public override void Begin()
        {
            _next = 0;
            _write = null;
        }

        public override bool Keeps(DiskOperation operation) => Next();

        public override bool KeepsByte(Written write, int index, bool isLastWrite)
        {
            var sector = (write.Offset + index) / Sector;
            if (!ReferenceEquals(write, _write) || sector != _sector)
            {
                (_write, _sector, _keeps) = (write, sector, Next());
            }

            return _keeps;
        }

        public override string ToString() => $"survivors 0x{survivors:x}";

        private bool Next() => ((survivors >> (_next++ % 64)) & 1) == 1;
    }
}
