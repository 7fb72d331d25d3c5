using System.CommandLine;
using System.Text.Json;
using Consensus.Cli.Client;
using Consensus.Cli.Output;
using Consensus.Client.Calls;
using Consensus.Client.Json;
using Consensus.Client.Members;

namespace Consensus.Cli.Commands.Client;

/// <summary><c>consensus transfer</c>: lets another member lead.</summary>
internal static class TransferCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var target = new Argument<uint?>("target")
        {
            Description = "The voter that shall lead; without it, the one that is most up to date.",
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = result => NumberInput.Read(result, "target", 1U, uint.MaxValue),
        };
        var command = new Command("transfer", "Lets another member lead.") { target };
        return ClientOptions.Complete(command, terminal, async (call, cancellationToken) =>
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(new TransferDocument(call.Arguments.GetValue(target)), WireJson.Default.TransferDocument);
            var order = new ApiCall(HttpMethod.Post, "v1/control/transfer")
            {
                Body = body,
                ContentType = "application/json",
                Repetition = Repetition.OnlyWithoutEffect,
            };
            var answer = await call.Client.SendAsync(order, cancellationToken).ConfigureAwait(false);
            var status = answer.OrFail().Json();
            return call.Show(status, $"Done. Node {status.GetProperty("leader")} leads in term {status.GetProperty("term")}.");
        });
    }
}
