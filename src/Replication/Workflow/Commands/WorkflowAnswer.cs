using System.Buffers;
using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>
/// What a command leads to: <c>[rejection, detail, failed element, revision, payload]</c>, nil for what does not apply. It is part of the
/// replicated state, in the session table, so neither its form nor a sentence in it may differ between replicas.
/// </summary>
/// <param name="Verdict">Whether it took effect.</param>
/// <param name="Revision">The revision that the case has now.</param>
/// <param name="Payload">The result of a custom operation.</param>
internal readonly record struct WorkflowAnswer(WorkflowVerdict Verdict, ulong? Revision = null, ReadOnlyMemory<byte> Payload = default)
{
    private const int Fields = 5;

    public static WorkflowAnswer Accepted => new(WorkflowVerdict.Accepted);

    public static implicit operator WorkflowAnswer(WorkflowVerdict verdict) => new(verdict);

    public static WorkflowAnswer Reject(WorkflowRejection rejection, string detail) => new(new WorkflowVerdict(rejection, detail));

    public void WriteTo(IBufferWriter<byte> destination)
    {
        var writer = new MessagePackWriter(destination);
        writer.WriteArrayHeader(Fields);
        writer.Write((int)Verdict.Rejection);
        writer.Write(Verdict.Detail);
        FieldCodec.WriteOrNil(ref writer, (ulong?)Verdict.FailedElement);
        FieldCodec.WriteOrNil(ref writer, Revision);
        writer.Write(Payload.Span);
        writer.Flush();
    }

    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>: the bytes are no answer of this machine.</exception>
    public static WorkflowAnswer Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var reader = new MessagePackReader(bytes);
            FieldCodec.ReadHeader(ref reader, Fields);
            var rejection = (WorkflowRejection)reader.ReadInt32();
            var detail = FieldCodec.ReadText(ref reader);
            var element = (int?)FieldCodec.ReadNumberOrNil(ref reader);
            var revision = FieldCodec.ReadNumberOrNil(ref reader);
            return new WorkflowAnswer(new WorkflowVerdict(rejection, detail, element), revision, FieldCodec.ReadBytes(ref reader));
        }
        catch (MessagePackSerializationException exception)
        {
            throw OfAnotherMachine(exception);
        }
    }

    public static ConsensusException OfAnotherMachine(MessagePackSerializationException exception) => new(
        ConsensusFailure.InvalidConfiguration,
        "The answer is not one of a workflow machine: the replicas host another machine, or none, where this store expects it.",
        exception);
}
