using System.Buffers;
using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>Answers queries: <c>[rejection, detail, body]</c>, with nil as body of a rejected one. Nothing here writes to the state.</summary>
internal sealed class WorkflowQueries(WorkflowEngine engine)
{
    /// <summary>Longer than any query can be whose names are not too long.</summary>
    private const int QueryBytesMax = 1_024;

    private readonly ArrayBufferWriter<byte> _body = new();
    private readonly byte[] _query = new byte[QueryBytesMax];

    public void Answer(ReadOnlySpan<byte> query, IBufferWriter<byte> result)
    {
        var verdict = WorkflowVerdict.Accepted;
        _body.ResetWrittenCount();
        try
        {
            if (query.Length > QueryBytesMax)
            {
                throw new MessagePackSerializationException($"The query has {query.Length} bytes; allowed: up to {QueryBytesMax}.");
            }

            query.CopyTo(_query);
            var reader = new MessagePackReader(_query.AsMemory(0, query.Length));
            Answer(ref reader);
        }
        catch (MessagePackSerializationException)
        {
            verdict = new(WorkflowRejection.MalformedQuery, "The bytes are not a workflow query.");
        }

        var writer = new MessagePackWriter(result);
        writer.WriteArrayHeader(3);
        writer.Write((int)verdict.Rejection);
        writer.Write(verdict.Detail);
        if (verdict.IsAccepted)
        {
            writer.WriteRaw(_body.WrittenSpan);
        }
        else
        {
            writer.WriteNil();
        }

        writer.Flush();
    }

    private static WorkflowArea AreaOf(RecordKind kind) => kind switch
    {
        RecordKind.Case => WorkflowArea.Case,
        RecordKind.Graph => WorkflowArea.DeployedGraph,
        RecordKind.Policy => WorkflowArea.Policy,
        RecordKind.Overlay => WorkflowArea.Overlay,
        _ => throw new MessagePackSerializationException($"There are no records of kind {(byte)kind}."),
    };

    private static void ThrowUnlessEnd(in MessagePackReader reader)
    {
        if (!reader.End)
        {
            throw new MessagePackSerializationException("Bytes follow the query.");
        }
    }

    private void Answer(ref MessagePackReader reader)
    {
        var fields = reader.ReadArrayHeader();
        var kind = (QueryKind)reader.ReadByte();
        switch (kind, fields)
        {
            case (QueryKind.Get, 3):
                AnswerGet(ref reader);
                break;
            case (QueryKind.List, 5):
                AnswerList(ref reader);
                break;
            case (QueryKind.CountCases, 3):
                AnswerCount(ref reader);
                break;
            case (QueryKind.GraphOfCase, 2):
                AnswerGraphOfCase(ref reader);
                break;
            default:
                throw new MessagePackSerializationException($"There is no query {(byte)kind} with {fields} fields.");
        }
    }

    private void AnswerGet(ref MessagePackReader reader)
    {
        var kind = (RecordKind)reader.ReadByte();
        var area = AreaOf(kind);
        var name = FieldCodec.ReadText(ref reader);
        ThrowUnlessEnd(reader);
        var writer = new MessagePackWriter(_body);
        if (NameRule.IsPrefix(name, WorkflowLimits.CaseIdBytesMax) && engine.State.TryGet(area, name, out var value))
        {
            WriteRecord(ref writer, kind, name, value);
        }
        else
        {
            writer.WriteNil();
        }

        writer.Flush();
    }

    private void AnswerList(ref MessagePackReader reader)
    {
        var kind = (RecordKind)reader.ReadByte();
        var area = AreaOf(kind);
        var prefix = FieldCodec.ReadText(ref reader);
        var limit = Math.Clamp(reader.ReadInt32(), 1, WorkflowLimits.PageMax);
        var after = FieldCodec.ReadText(ref reader);
        ThrowUnlessEnd(reader);
        if (!NameRule.IsPrefix(prefix, WorkflowLimits.CaseIdBytesMax) || !NameRule.IsPrefix(after, WorkflowLimits.CaseIdBytesMax))
        {
            throw new MessagePackSerializationException("A prefix or starting point could not be part of any name.");
        }

        // How many records a page has is known only at its end, so that the array's header is written after them.
        var page = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(page);
        var count = 0;
        var hasMore = false;
        var scan = engine.State.Scan(
            WorkflowKey.Of(area, prefix, stackalloc byte[WorkflowKey.BytesMax]), WorkflowKey.Of(area, after, stackalloc byte[WorkflowKey.BytesMax]));
        foreach (var entry in scan)
        {
            if (count == limit || page.WrittenCount > WorkflowLimits.PageBytesMax)
            {
                hasMore = true;
                break;
            }

            WriteRecord(ref writer, kind, WorkflowKey.NameIn(entry.Key.Span), entry.Value);
            writer.Flush();
            count++;
        }

        var body = new MessagePackWriter(_body);
        body.WriteArrayHeader(2);
        body.WriteArrayHeader(count);
        body.WriteRaw(page.WrittenSpan);
        body.Write(hasMore);
        body.Flush();
    }

    private void AnswerCount(ref MessagePackReader reader)
    {
        var graph = FieldCodec.ReadText(ref reader);
        var state = FieldCodec.ReadText(ref reader);
        ThrowUnlessEnd(reader);
        var isPossible = NameRule.Check("a graph", graph).IsAccepted && NameRule.Check("a state", state).IsAccepted;
        var writer = new MessagePackWriter(_body);
        writer.Write(isPossible ? engine.State.CountCases(graph, state) : 0);
        writer.Flush();
    }

    private void AnswerGraphOfCase(ref MessagePackReader reader)
    {
        var id = FieldCodec.ReadText(ref reader);
        ThrowUnlessEnd(reader);
        var writer = new MessagePackWriter(_body);
        if (NameRule.CheckCaseId(id).IsAccepted && engine.State.TryGet(WorkflowArea.Case, id, out var record))
        {
            CaseGraphCodec.Write(ref writer, engine.Graphs.Get(CaseCodec.ReadRecord(record).Graph).Graph);
        }
        else
        {
            writer.WriteNil();
        }

        writer.Flush();
    }

    private void WriteRecord(ref MessagePackWriter writer, RecordKind kind, string name, ReadOnlyMemory<byte> value)
    {
        switch (kind)
        {
            case RecordKind.Case:
                var record = CaseCodec.ReadRecord(value);
                CaseCodec.Write(ref writer, record.Show(name, engine.Graphs.Get(record.Graph)));
                break;
            case RecordKind.Graph:
                CaseGraphCodec.Write(ref writer, engine.Graphs.Get(new Digest(value.Span)).Graph);
                break;
            case RecordKind.Policy:
            case RecordKind.Overlay:
                writer.WriteRaw(value.Span);
                break;
        }
    }
}
