using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Consensus.Cli.Client;
using Consensus.Cli.Output;
using Consensus.Client.Members;
using Consensus.Cryptography;
using Consensus.Hosting;
using Consensus.Hybrid;

namespace Consensus.Cli.Commands.Client;

/// <summary><c>consensus seal</c>: lets a hybrid go on with another engine, with other members, or with other settings, rules and operators.</summary>
internal static class SealCommand
{
    /// <summary>A switch takes less than a second. Where somebody has to catch up first, it takes longer.</summary>
    private const int SealTimeout = 60;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var target = new Option<EpochProtocol?>("--to")
        {
            Description = $"The engine that follows: {string.Join(", ", Names)}. Without it, where anything else changes: the one that runs.",
            HelpName = "NAME",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (Names.Contains(text, StringComparer.Ordinal))
                {
                    return Enum.Parse<EpochProtocol>(text, ignoreCase: true);
                }

                result.AddError($"There is no engine '{text}' that a hybrid could go on with. Valid ones: {string.Join(", ", Names)}.");
                return null;
            },
        };
        var key = new Option<string>("--operator-key")
        {
            Description = "The operator's key, operator.key after init, or one that keys generate has made and whose public half is in Hybrid:OperatorKeys of all nodes, or was added since.",
            HelpName = "FILE",
            Required = true,
        };
        var add = new Option<string[]>("--add")
        {
            Description = "A node that belongs to the group from then on, as join prints it; repeated for several. It should run: it gets the state from those that stay.",
            HelpName = "ID=ADDRESS=KEY",
            AllowMultipleArgumentsPerToken = false,
        };
        var remove = new Option<uint[]>("--remove")
        {
            Description = "A member that does not belong to the group any more from then on; repeated for several.",
            HelpName = "ID",
            AllowMultipleArgumentsPerToken = false,
        };
        var set = Repeated("--set", $"A setting of all members' engines from then on, above each one's configuration; repeated for several. One of {string.Join(", ", EpochSettingNames.Settings.Select(name => name.Name))}.", "NAME=VALUE");
        var unset = Repeated("--unset", "A setting that is each member's own configuration again from then on; repeated for several.", "NAME");
        var rule = Repeated("--rule", $"A rule of the group from then on; repeated for several. One of {string.Join(", ", EpochSettingNames.Rules.Select(name => name.Name))}.", "NAME=VALUE");
        var addOperator = Repeated("--add-operator", "A public key whose word counts too from then on; repeated for several.", "KEY");
        var removeOperator = Repeated("--remove-operator", "An operator's public key whose word counts no more from then on; repeated for several. It may be that of --operator-key.", "KEY");
        var command = new Command("seal", "Ends the epoch of a hybrid: the engine that runs gives way to another one, its members to others, or their settings, and nothing that was committed is lost. Waits until the next epoch has a leader.")
        {
            target, add, remove, set, unset, rule, addOperator, removeOperator, key,
        };
        return ClientOptions.Complete(
            command,
            terminal,
            (call, cancellationToken) => SealAsync(
                call,
                call.Arguments.GetValue(target),
                MemberWishes.Parse(call.Arguments.GetValue(add) ?? [], call.Arguments.GetValue(remove) ?? []),
                EpochWishes.Parse(ValuesOf(call, set), ValuesOf(call, unset), ValuesOf(call, rule), ValuesOf(call, addOperator), ValuesOf(call, removeOperator)),
                call.Arguments.GetRequiredValue(key),
                cancellationToken),
            SealTimeout);
    }

    private static Option<string[]> Repeated(string name, string description, string value) => new(name) { Description = description, HelpName = value, AllowMultipleArgumentsPerToken = false };

    private static string[] ValuesOf(ClientCall call, Option<string[]> option) => call.Arguments.GetValue(option) ?? [];

    private static string[] Names { get; } = [.. Enum.GetValues<EpochProtocol>().Select(NameOf)];

    private static string NameOf(EpochProtocol protocol) => $"{protocol}".ToLowerInvariant();

    private static async Task<int> SealAsync(ClientCall call, EpochProtocol? target, MemberWishes? wishes, EpochWishes others, string keyFile, CancellationToken cancellationToken)
    {
        if (target is null && wishes is null && !others.IsAny)
        {
            throw new UsageException("Nothing is to change; allowed: --to, for another engine, --add and --remove, for other members, --set and --unset, for settings, --rule, --add-operator and --remove-operator; or several of them.");
        }

        var signatures = Ed25519.Load();
        var (signer, problem) = SigningKeyFile.Read(keyFile, signatures);
        using var key = signer ?? throw new UsageException($"--operator-key is '{keyFile}', {problem}");
        var running = await RunningEpoch.AskAsync(call, signatures, cancellationToken).ConfigureAwait(false);
        var ending = running.Epoch;
        var next = others.ApplyTo(new NextEpoch(target ?? ending.Protocol) { Members = wishes?.ApplyTo(running, key.PublicKey) }, ending);
        call.Report.Progress($"Epoch {ending.Number} runs {NameOf(ending.Protocol)}; asking for {Describe(next)}.");
        var start = TimeProvider.System.GetTimestamp();
        var order = SealOrder.Give(ending, next, key);
        (await call.Client.SendAsync(MemberClient.Seal(order.ToBytes()), cancellationToken).ConfigureAwait(false)).OrFail();
        var (status, document) = await LeaderAsync(call, ending.Number, cancellationToken).ConfigureAwait(false);
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        return call.Show(document, $"Done in {seconds:N2} s. Epoch {status.Epoch} runs {status.RunningEpoch!.Protocol}; node {status.Leader} leads in term {status.TermOrView}.");
    }

    /// <summary>All that is ordered: also what stays, so that the operator sees it.</summary>
    private static string Describe(NextEpoch next)
    {
        string?[] parts =
        [
            NameOf(next.Protocol),
            next.Members is { } members ? $"with nodes {string.Join(", ", members.Members.Select(member => $"{member.Id} at {member.Address}"))}" : null,
            next.Settings is { } settings ? $"with {Pairs(EpochSettingNames.TextsOf(settings), "each node's own settings")}" : null,
            next.Rules is { } rules ? $"with {Pairs(EpochSettingNames.TextsOf(rules), "no rules")}" : null,
            next.Operators is { } operators ? $"at the word of {string.Join(", ", operators.Keys)}" : null,
        ];
        return string.Join(", ", parts.OfType<string>());
    }

    private static string Pairs(ImmutableSortedDictionary<string, string> texts, string none) => texts.Count == 0 ? none : string.Join(", ", texts.Select(text => $"{text.Key}={text.Value}"));

    /// <summary>The status of a node that is behind an epoch, and knows who leads there. Who was asked to end it may belong to the group no more.</summary>
    private static async Task<(ConsensusStatus Status, JsonElement Document)> LeaderAsync(ClientCall call, Epoch ended, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = (await call.Client.GetWhereAsync("v1/status", answer => IsLed(RunningEpoch.StatusIn(answer), ended), cancellationToken).ConfigureAwait(false)).OrFail();
            var status = RunningEpoch.StatusIn(answer);
            if (IsLed(status, ended))
            {
                return (status, answer.Json());
            }

            if (TimeProvider.System.GetElapsedTime(begun) > TimeSpan.FromSeconds(SealTimeout))
            {
                throw new CommandFailedException($"Epoch {ended} has ended, as was ordered, but {SealTimeout} s later node {status.Node} is in epoch {status.Epoch} and knows no leader. consensus status shows when there is one.");
            }

            await Task.Delay(PollInterval, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsLed(ConsensusStatus status, Epoch ended) => status.Epoch > ended && status.Leader != NodeId.None;
}
