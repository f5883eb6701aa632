using System.Globalization;
using Expand.TestKit;

namespace Expand.Benchmarks.Peers;

/// <summary>PHP's own SoapServer behind nginx: php-fpm with four workers that stay, as its manual sets it up.</summary>
internal sealed class PhpPeer : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("expand-bench-php-");
    private ChildProcess? fpm;
    private ChildProcess? nginx;

    /// <summary>nginx's port.</summary>
    public int Port { get; } = FreePorts.Tcp();

    /// <summary>Starts both.</summary>
    /// <param name="wsdl">The description that the service is made of.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<PhpPeer> StartAsync(byte[] wsdl, CancellationToken ct)
    {
        var peer = new PhpPeer();
        try
        {
            await peer.StartBothAsync(wsdl, ct);
            return peer;
        }
        catch
        {
            peer.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        nginx?.Dispose();
        fpm?.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task StartBothAsync(byte[] wsdl, CancellationToken ct)
    {
        var (home, workers) = (folder.FullName, FreePorts.Tcp());
        var user = Environment.UserName;
        await File.WriteAllBytesAsync(Path.Combine(home, "service.wsdl"), wsdl, ct);
        await File.WriteAllTextAsync(Path.Combine(home, "fpm.conf"), string.Create(CultureInfo.InvariantCulture,
            $"""
            [global]
            error_log = {home}/fpm.log
            daemonize = no
            [bench]
            user = {user}
            listen = 127.0.0.1:{workers}
            pm = static
            pm.max_children = 4
            php_admin_value[soap.wsdl_cache_dir] = {home}

            """), ct);
        await File.WriteAllTextAsync(Path.Combine(home, "nginx.conf"), string.Create(CultureInfo.InvariantCulture,
            $$"""
            {{(user == "root" ? "user root;" : "")}}
            daemon off; worker_processes auto; pid {{home}}/nginx.pid; error_log {{home}}/nginx.log;
            events { worker_connections 256; }
            http {
              access_log off; keepalive_requests 1000000;
              client_body_temp_path {{home}}/body; fastcgi_temp_path {{home}}/fastcgi; proxy_temp_path {{home}}/proxy; uwsgi_temp_path {{home}}/uwsgi; scgi_temp_path {{home}}/scgi;
                      server {
                listen 127.0.0.1:{{Port}};
                location / {
                  include /etc/nginx/fastcgi_params; fastcgi_pass 127.0.0.1:{{workers}};
                  fastcgi_param SCRIPT_FILENAME {{Path.Combine(AppContext.BaseDirectory, "Peers", "soap.php")}}; fastcgi_param BENCH_WSDL {{home}}/service.wsdl;
                }
              }
            }

            """), ct);
        var program = Directory.EnumerateFiles("/usr/sbin", "php-fpm*").Order(StringComparer.Ordinal).LastOrDefault() ?? throw new InvalidOperationException("php-fpm is not installed");
        fpm = ChildProcess.Start(program, ["-F", "-y", Path.Combine(home, "fpm.conf"), .. user == "root" ? new[] { "-R" } : []]);
        await fpm.ListensAsync(workers, ct);
        nginx = ChildProcess.Start("/usr/sbin/nginx", ["-c", Path.Combine(home, "nginx.conf"), "-e", Path.Combine(home, "nginx.log")]);
        await nginx.ListensAsync(Port, ct);
    }
}
