using System.Globalization;
using Consensus.Engine;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Runs;

/// <summary>Writes a line for everything that happens in a run, for reading.</summary>
/// <param name="writer">Where to.</param>
/// <param name="agenda">The time.</param>
/// <param name="codecOf">How a node reads messages.</param>
internal sealed class TraceWriter(TextWriter writer, Agenda agenda, Func<NodeId, IMessageCodec> codecOf)
{
    private readonly SortedDictionary<NodeId, (ReplicaRole Role, ulong Term, LogIndex Commit)> _last = [];

    public void Sent(NodeId from, NodeId to, ReadOnlySpan<byte> frame) => Line(from, $"→ {to}  {Read(from, frame)}");

    public void Delivered(NodeId from, NodeId to, ReadOnlySpan<byte> frame) => Line(to, $"← {from}  {Read(to, frame)}");

    public void Started(SimulatedNode node, RecoveredState recovered) => Line(
        node.Id,
        $"starts: snapshot {recovered.Snapshot?.Position.Index.Value ?? 0}, log {recovered.Base.Index}+{recovered.Entries.Count} entries, record {recovered.LastLsn.Value}");

    /// <summary>Said only if the node's part or commit index is another than before.</summary>
    public void Turned(SimulatedNode node, in CoreStatus status)
    {
        var now = (status.Role, status.TermOrView, status.CommitIndex);
        if (!_last.TryGetValue(node.Id, out var last) || last != now)
        {
            _last[node.Id] = now;
            Line(node.Id, $"is {status.Role} in {status.TermOrView} of {status.Leader}, last {status.LastIndex}, committed {status.CommitIndex}");
        }
    }

    public void Staged(SimulatedNode node, in LogRecord record) => Line(node.Id, record.Kind switch
    {
        LogRecordKind.Entry => $"log {record.Lsn.Value}: entry {record.Entry.Index} of {record.Entry.Term}, {record.Entry.Kind}, {record.Entry.Payload.Length} bytes",
        LogRecordKind.Truncate => $"log {record.Lsn.Value}: truncated from {record.Entry.Index}",
        LogRecordKind.Slot => $"log {record.Lsn.Value}: slot {record.Slot} = {Convert.ToHexString(record.Value.Span)}",
        LogRecordKind.Base => $"log {record.Lsn.Value}: begins after {record.Entry.Index}",
    });

    public void Durable(SimulatedNode node, Lsn lsn) => Line(node.Id, $"log on disk up to {lsn.Value}");

    public void Applied(SimulatedNode node, in LogEntry entry, in AppliedCommand applied, Digest state) =>
        Line(node.Id, $"applies {entry.Index}: {applied.Request} {applied.Outcome}, state {state.ToString()[..8]}");

    public void Restored(SimulatedNode node, SnapshotDescriptor snapshot) => Line(node.Id, $"restores the snapshot of entry {snapshot.Position.Index}");

    public void Ended(SimulatedNode node, Exception? failure) => Line(node.Id, failure is null ? "ends" : $"fails: {failure.Message}");

    public void Refused(SimulatedNode node, ConsensusException why) => Line(node.Id, $"refuses to start: {why.Message}");

    public void Invoked(ClientCall call) => Line(null, $"call {call.Number} of process {call.Process}: {call.Operation.Name}");

    public void Completed(ClientCall call) => Line(null, $"call {call.Number} of process {call.Process}: {call.Outcome} at entry {call.Index} after {call.Attempts} attempts");

    private string Read(NodeId reader, ReadOnlySpan<byte> frame)
    {
        try
        {
            return codecOf(reader).Decode(frame.ToArray()).ToString();
        }
        catch (MessageFormatException exception)
        {
            // Of a Byzantine replica. A run that is written down is the same run.
            return $"{frame.Length} bytes: {exception.Message}";
        }
    }

    private void Line(NodeId? node, string text)
    {
        var seconds = (agenda.Now.Value / (double)TimeSpan.TicksPerSecond).ToString("0.000000", CultureInfo.InvariantCulture);
        writer.WriteLine($"{seconds,12}  {(node is { } id ? $"n{id}" : ""),-4} {text}");
    }
}
