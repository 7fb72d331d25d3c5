using Consensus.Configuration;
using Consensus.Hosting.Validation;
using Microsoft.Extensions.Configuration;

namespace Consensus.Hosting.Binding;

/// <summary>Which part of a node's settings each key of its section fills.</summary>
internal sealed class ConsensusOptionsBinder
{
    private readonly SettingProblems _problems;
    private readonly SectionBinder _binder;

    private ConsensusOptionsBinder(SettingProblems problems)
    {
        _problems = problems;
        _binder = new SectionBinder(problems);
    }

    /// <summary>Fills <paramref name="options"/>; what went wrong is in <see cref="ConsensusOptions.BindingProblems"/>.</summary>
    public static void Bind(IConfigurationSection section, ConsensusOptions options)
    {
        options.Path = section.Path;
        if (!section.Exists())
        {
            options.BindingProblems.Add(section.Path, $"{section.Path} is missing; allowed: an object with the settings of one node.");
            return;
        }

        new ConsensusOptionsBinder(options.BindingProblems).BindAll(section, options);
    }

    private void BindAll(IConfigurationSection section, ConsensusOptions options) => _binder.BindKeys(
        section,
        options,
        (nameof(options.Members), members => BindMembers(members, options.Members)),
        (nameof(options.Selection), child => _binder.BindKeys(child, options.Selection)),
        (nameof(options.Raft), child => _binder.BindKeys(child, options.Raft)),
        (nameof(options.Pbft), child => _binder.BindKeys(child, options.Pbft)),
        (nameof(options.HotStuff), child => _binder.BindKeys(child, options.HotStuff)),
        (nameof(options.Hybrid), child => BindHybrid(child, options.Hybrid)),
        (nameof(options.Replica), child => _binder.BindKeys(child, options.Replica)),
        (nameof(options.Sessions), child => _binder.BindKeys(child, options.Sessions)),
        (nameof(options.Snapshots), child => _binder.BindKeys(child, options.Snapshots)),
        (nameof(options.Storage), child => _binder.BindKeys(child, options.Storage)),
        (nameof(options.Transport), child => BindTransport(child, options.Transport)),
        (nameof(options.Http), child => _binder.BindKeys(child, options.Http)));

    private void BindHybrid(IConfigurationSection section, HybridSettings hybrid) => _binder.BindKeys(
        section,
        hybrid,
        (nameof(hybrid.OperatorKeys), keys => _binder.BindList(keys, "public keys", key => hybrid.OperatorKeys.Add(_binder.ReadText(key, "a public key, 64 hexadecimal digits") ?? ""))),
        (nameof(hybrid.Threat), child => _binder.BindKeys(child, hybrid.Threat)),
        (nameof(hybrid.Escalation), child => _binder.BindKeys(child, hybrid.Escalation)));

    private void BindTransport(IConfigurationSection section, TransportSettings transport) => _binder.BindKeys(
        section,
        transport,
        (nameof(transport.AddressBook), book => BindAddressBook(book, transport.AddressBook)),
        (nameof(transport.Tls), child => _binder.BindKeys(child, transport.Tls)));

    private void BindAddressBook(IConfigurationSection section, IDictionary<NodeId, IList<string>> book) => _binder.BindMap(section, "a list of addresses for each member", item =>
    {
        if (!AddressBookRules.TryParseMember(item.Key, out var member))
        {
            _problems.Add(item.Path, $"{item.Path} is not a member's number; allowed: {AddressBookRules.AllowedMember}.");
            return;
        }

        // What is no text keeps its place, so that the others are named by theirs.
        var addresses = new List<string>();
        _binder.BindList(item, "addresses", address => addresses.Add(_binder.ReadText(address, HostPort.Allowed) ?? ""));
        book[member] = addresses;
    });

    private void BindMembers(IConfigurationSection section, IList<MemberOptions> members) => _binder.BindList(section, "members", item =>
    {
        var member = new MemberOptions { Path = item.Path };
        _binder.BindKeys(item, member);
        members.Add(member);
    });
}
