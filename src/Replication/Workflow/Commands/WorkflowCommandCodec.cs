using System.Buffers;
using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>Commands as bytes: <c>[kind, its fields]</c>; the table is in the README. Nothing may follow.</summary>
internal static class WorkflowCommandCodec
{
    public static void Write(IBufferWriter<byte> destination, WorkflowCommand command)
    {
        var writer = new MessagePackWriter(destination);
        command.Write(ref writer);
        writer.Flush();
    }

    public static void WriteHeader(ref MessagePackWriter writer, CommandKind kind, int fields)
    {
        writer.WriteArrayHeader(1 + fields);
        writer.Write((byte)kind);
    }

    /// <exception cref="MessagePackSerializationException">The bytes are not a command.</exception>
    public static WorkflowCommand Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        var command = Read(ref reader);
        return reader.End ? command : throw new MessagePackSerializationException("Bytes follow the command.");
    }

    /// <summary>Reads a command that may be part of an overlay.</summary>
    /// <exception cref="MessagePackSerializationException">The bytes are not such a command.</exception>
    public static OverlayElement ReadElement(ref MessagePackReader reader)
    {
        var (kind, fields) = ReadHeader(ref reader);
        return ReadElement(kind, fields, ref reader);
    }

    private static WorkflowCommand Read(ref MessagePackReader reader)
    {
        var (kind, fields) = ReadHeader(ref reader);
        return (kind, fields) switch
        {
            (CommandKind.DeployOverlay, DeployOverlay.Fields) => DeployOverlay.Read(ref reader),
            (CommandKind.Custom, Custom.Fields) => Custom.Read(ref reader),
            _ => ReadElement(kind, fields, ref reader),
        };
    }

    private static OverlayElement ReadElement(CommandKind kind, int fields, ref MessagePackReader reader) => (kind, fields) switch
    {
        (CommandKind.CreateCase, CreateCase.Fields) => CreateCase.Read(ref reader),
        (CommandKind.UpdateCaseState, UpdateCaseState.Fields) => UpdateCaseState.Read(ref reader),
        (CommandKind.RemoveCase, RemoveCase.Fields) => RemoveCase.Read(ref reader),
        (CommandKind.DefineGraph, DefineGraph.Fields) => DefineGraph.Read(ref reader),
        (CommandKind.RemoveGraph, RemoveGraph.Fields) => RemoveGraph.Read(ref reader),
        (CommandKind.ApplyPolicy, ApplyPolicy.Fields) => ApplyPolicy.Read(ref reader),
        (CommandKind.RemovePolicy, RemovePolicy.Fields) => RemovePolicy.Read(ref reader),
        _ => throw new MessagePackSerializationException($"There is no command {(byte)kind} with {fields} fields here."),
    };

    private static (CommandKind Kind, int Fields) ReadHeader(ref MessagePackReader reader)
    {
        var count = reader.ReadArrayHeader();
        return ((CommandKind)reader.ReadByte(), count - 1);
    }
}
