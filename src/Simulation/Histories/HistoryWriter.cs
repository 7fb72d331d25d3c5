using System.Buffers;
using System.Text;
using System.Text.Json;
using Consensus.Engine;
using Consensus.Simulation.Clients;

namespace Consensus.Simulation.Histories;

/// <summary>
/// Writes what clients did with registers as Jepsen's checkers read it: one JSON object a line,
/// <c>{"process":int,"type":"invoke|ok|fail|info","f":"read|write|cas","key":str,"value":…,"time":ns}</c>, in the order in which things happened.
/// </summary>
/// <remarks>
/// <para>
/// Registers have no value at first. A read's value is null until it has found one; a write's is what it writes, null for a delete; a cas'
/// is <c>[old,new]</c>, each of which may be null. <c>ok</c>: it took effect. <c>fail</c>: it had none, and will have none; a cas that was
/// rejected is such, and so is a read without an answer. <c>info</c>: it may have taken effect, or may yet; its process number is not used
/// again. Each invoke has one of the three, if need be at the end of the file.
/// </para>
/// <para>
/// Times may be equal where the order of lines is not: an end and the beginning that follows from it take no virtual time. The order of lines is the real one.
/// </para>
/// </remarks>
internal static class HistoryWriter
{
    private const long NanosecondsPerTick = 100;

    /// <summary>Writes the calls on registers; those on registers that nobody reads while the run goes on are left out.</summary>
    public static void Write(TextWriter output, IReadOnlyCollection<ClientCall> calls)
    {
        var telling = RegisterHistory.TellingKeys(calls);
        var all = calls.Where(call => call.Operation is RegisterOperation operation && telling.Contains(operation.Key)).ToArray();
        var end = all.Select(call => call.IsCompleted ? call.CompletedAt : call.InvokedAt).DefaultIfEmpty().Max();
        var ended = all.Where(call => call.IsCompleted).Select(call => (At: call.Completed, Call: call, IsEnd: true));
        foreach (var (_, call, isEnd) in all.Select(call => (At: call.Invoked, Call: call, IsEnd: false)).Concat(ended).OrderBy(line => line.At))
        {
            WriteLine(output, call, isEnd ? TypeOf(call) : "invoke", isEnd ? call.CompletedAt : call.InvokedAt);
        }

        foreach (var open in all.Where(call => !call.IsCompleted))
        {
            WriteLine(output, open, open.Operation.IsQuery ? "fail" : "info", end);
        }
    }

    private static string TypeOf(ClientCall call) => call.Outcome switch
    {
        CallOutcome.Applied => "ok",
        CallOutcome.Rejected or CallOutcome.Refused => "fail",
        CallOutcome.Unknown => call.Operation.IsQuery ? "fail" : "info",
    };

    private static void WriteLine(TextWriter output, ClientCall call, string type, Ticks at)
    {
        var operation = (RegisterOperation)call.Operation;
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("process", call.Process);
            json.WriteString("type", type);
            json.WriteString("f", NameOf(operation.Function));
            json.WriteString("key", operation.Key);
            json.WritePropertyName("value");
            WriteValue(json, call, operation, type == "ok");
            json.WriteNumber("time", at.Value * NanosecondsPerTick);
            json.WriteEndObject();
        }

        output.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        output.Write('\n');
    }

    private static string NameOf(RegisterFunction function) => function switch
    {
        RegisterFunction.Read => "read",
        RegisterFunction.Write => "write",
        RegisterFunction.CompareAndSwap => "cas",
    };

    private static void WriteValue(Utf8JsonWriter json, ClientCall call, RegisterOperation operation, bool isAnswered)
    {
        switch (operation.Function)
        {
            case RegisterFunction.Read:
                WriteNumber(json, isAnswered ? RegisterOperation.ValueOf(call.Result) : null);
                break;
            case RegisterFunction.Write:
                WriteNumber(json, operation.Value);
                break;
            case RegisterFunction.CompareAndSwap:
                json.WriteStartArray();
                WriteNumber(json, operation.Expected);
                WriteNumber(json, operation.Value);
                json.WriteEndArray();
                break;
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, long? number)
    {
        if (number is { } value)
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
