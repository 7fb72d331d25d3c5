using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Consensus.Cli.Tests.Processes.Harness;

/// <summary>Somebody who connects to a node's port for other nodes through TLS, with a certificate of their choice.</summary>
internal sealed class TlsCaller : IDisposable
{
    private const int AnswerBytes = 16;

    private readonly Socket _socket;
    private readonly SslStream _stream;

    private TlsCaller(Socket socket, SslStream stream) => (_socket, _stream) = (socket, stream);

    /// <summary>The certificate that the node shows.</summary>
    public string Thumbprint => new X509Certificate2(_stream.RemoteCertificate!).Thumbprint;

    /// <summary>Connects. With TLS 1.3 the caller is through before the node has looked at its certificate.</summary>
    public static async Task<TlsCaller> ConnectAsync(IPEndPoint address, string certificatePem, string keyPem)
    {
        using var pair = X509Certificate2.CreateFromPem(certificatePem, keyPem);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: false));
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            ClientCertificateContext = SslStreamCertificateContext.Create(pair, additionalCertificates: null, offline: true),
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = [new SslApplicationProtocol("consensus")],
        });
        return new TlsCaller(socket, stream);
    }

    /// <summary>Greets.</summary>
    /// <returns>The reason for which the node refuses, 0 if it does not, or <see langword="null"/> if it closes the connection without an answer.</returns>
    public async Task<int?> GreetAsync(byte[] hello)
    {
        try
        {
            await _stream.WriteAsync(hello);
            var answer = new byte[AnswerBytes];
            return await _stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false) == answer.Length
                ? BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(4))
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }
}
