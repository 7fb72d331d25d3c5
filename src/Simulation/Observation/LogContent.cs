using Consensus.Engine;

namespace Consensus.Simulation.Observation;

/// <summary>The entries of a log, as its records make them.</summary>
internal class LogContent
{
    private readonly List<EntryMark> _entries = [];
    private readonly List<EntryMark> _voided = [];

    /// <summary>The entry after which the log begins.</summary>
    public LogIndex Base => BasePosition.Index;

    /// <summary>The same, with its term and chain hash.</summary>
    public LogPosition BasePosition { get; private set; }

    /// <summary>The last entry.</summary>
    public LogIndex Last => _entries.Count > 0 ? _entries[^1].Index : Base;

    /// <summary>The chain hash of the last entry: it stands for the whole log.</summary>
    public Digest LastChain => _entries.Count > 0 ? _entries[^1].Chain : BasePosition.Chain;

    /// <summary>What has been truncated since this was last forgotten.</summary>
    public IReadOnlyList<EntryMark> Voided => _voided;

    /// <summary>The entry at an index, if there is one.</summary>
    public EntryMark? this[LogIndex index] => index > Base && index <= Last ? _entries[(int)(index.Value - Base.Value - 1)] : null;

    /// <summary>The chain hash at an index, the one that the log begins after included.</summary>
    public Digest? ChainAt(LogIndex index) => index == Base ? BasePosition.Chain : this[index]?.Chain;

    /// <summary>Whether an entry is there, or covered by the snapshot that the log begins after.</summary>
    public bool Holds(in EntryMark mark) => mark.Index <= Base || this[mark.Index] is { } held && held.Chain == mark.Chain;

    /// <summary>The log is what was recovered.</summary>
    public void ResetTo(RecoveredState recovered)
    {
        Empty();
        BasePosition = recovered.Base;
        foreach (var entry in recovered.Entries)
        {
            _entries.Add(EntryMark.Of(entry));
        }
    }

    public void ForgetVoided() => _voided.Clear();

    /// <summary>One more record.</summary>
    public void Take(LogRecordKind kind, in EntryMark mark)
    {
        switch (kind)
        {
            case LogRecordKind.Entry:
                _entries.Add(mark);
                break;
            case LogRecordKind.Truncate:
                var kept = Math.Min(_entries.Count, (int)Math.Max(0, (long)mark.Index.Value - 1 - (long)Base.Value));
                _voided.AddRange(_entries[kept..]);
                _entries.RemoveRange(kept, _entries.Count - kept);
                break;
            case LogRecordKind.Base:
                _entries.Clear();
                BasePosition = new LogPosition(mark.Index, mark.Term, mark.Chain);
                break;
            case LogRecordKind.Slot:
                break;
        }
    }

    protected void Empty()
    {
        _entries.Clear();
        _voided.Clear();
        BasePosition = LogPosition.Origin;
    }
}
