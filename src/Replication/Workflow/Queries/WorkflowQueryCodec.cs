using System.Buffers;
using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>The asking side of <see cref="WorkflowQueries"/>: queries as bytes, and what their answers hold.</summary>
internal static class WorkflowQueryCodec
{
    public delegate T Reading<out T>(ref MessagePackReader reader);

    public static void WriteGet(IBufferWriter<byte> destination, RecordKind kind, string name)
    {
        var writer = new MessagePackWriter(destination);
        writer.WriteArrayHeader(3);
        writer.Write((byte)QueryKind.Get);
        writer.Write((byte)kind);
        writer.Write(name);
        writer.Flush();
    }

    public static void WriteList(IBufferWriter<byte> destination, RecordKind kind, string prefix, int limit, string after)
    {
        var writer = new MessagePackWriter(destination);
        writer.WriteArrayHeader(5);
        writer.Write((byte)QueryKind.List);
        writer.Write((byte)kind);
        writer.Write(prefix);
        writer.Write(limit);
        writer.Write(after);
        writer.Flush();
    }

    public static void WriteCount(IBufferWriter<byte> destination, string graph, string state)
    {
        var writer = new MessagePackWriter(destination);
        writer.WriteArrayHeader(3);
        writer.Write((byte)QueryKind.CountCases);
        writer.Write(graph);
        writer.Write(state);
        writer.Flush();
    }

    public static void WriteGraphOfCase(IBufferWriter<byte> destination, string id)
    {
        var writer = new MessagePackWriter(destination);
        writer.WriteArrayHeader(2);
        writer.Write((byte)QueryKind.GraphOfCase);
        writer.Write(id);
        writer.Flush();
    }

    /// <summary>Reads an answer whose body is one value, or nil.</summary>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>: the bytes are no answer of this machine.</exception>
    public static WorkflowRead<T> ReadAnswer<T>(in QueryResult result, Reading<T> read)
    {
        if (!result.IsAnswered)
        {
            return new WorkflowRead<T>(result.Refusal, WorkflowRejection.None, result.Index, default);
        }

        try
        {
            var reader = new MessagePackReader(result.Result);
            FieldCodec.ReadHeader(ref reader, 3);
            var rejection = (WorkflowRejection)reader.ReadInt32();
            reader.Skip();
            return new WorkflowRead<T>(RefusalReason.None, rejection, result.Index, reader.TryReadNil() ? default : read(ref reader));
        }
        catch (MessagePackSerializationException exception)
        {
            throw WorkflowAnswer.OfAnotherMachine(exception);
        }
    }

    /// <summary>Reads the body of a list.</summary>
    public static WorkflowPage<T> ReadPage<T>(ref MessagePackReader reader, Reading<T> read)
    {
        FieldCodec.ReadHeader(ref reader, 2);
        var items = new T[reader.ReadArrayHeader()];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = read(ref reader);
        }

        return new WorkflowPage<T>([.. items], reader.ReadBoolean());
    }
}
