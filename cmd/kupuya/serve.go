package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"kupuya/internal/clock"
	"kupuya/internal/notify"
	"kupuya/internal/privacy"
	"kupuya/internal/telemetry"
	"kupuya/internal/web"
	"kupuya/internal/web/api"
	"kupuya/internal/web/handset"
	"kupuya/internal/web/portal"
	"kupuya/internal/web/session"
	"kupuya/internal/work"
)

type listenFlags struct {
	Proxy         []netip.Prefix `help:"Network of a proxy whose X-Forwarded-For is believed, for the limits on codes." placeholder:"CIDR"`
	Listen        string         `help:"Address of the site and the interface." default:"127.0.0.1:8420"`
	ConsoleListen string         `help:"Address of the console: health, metrics." default:"127.0.0.1:8421"`
}

type serveCmd struct {
	listenFlags
	storeFlags
	SMS string `help:"How SMS leave: none keeps them in the outbox, handset shows them on a page (trials only)." enum:"none,handset" default:"none"`
}

// Run serves until SIGINT or SIGTERM, then finishes what has begun.
func (c *serveCmd) Run(s streams) error {
	log := telemetry.Logger(s.err, level(c.LogLevel))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	h, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	srv := server{house: h, listenFlags: c.listenFlags, log: log}
	if c.SMS == "handset" {
		srv.handset = notify.NewHandset(clock.System{}.Now)
	}
	if err := srv.listen(); err != nil {
		return errors.Join(err, h.Close())
	}
	log.Info("serving", "site", srv.site.Addr().String(), "console", srv.console.Addr().String())
	return srv.run(ctx)
}

// server is a Holder behind its listeners, with a worker.
type server struct {
	*house
	listenFlags
	log           *slog.Logger
	handset       *notify.Handset // nil: SMS stay in the outbox
	site, console net.Listener
}

// listen takes both addresses before anything is served.
func (s *server) listen() (err error) {
	if s.site, err = net.Listen("tcp", s.Listen); err != nil {
		return fmt.Errorf("cannot serve the site on %s: %w; stop what uses the port or choose another with --listen", s.Listen, err)
	}
	if s.console, err = net.Listen("tcp", s.ConsoleListen); err != nil {
		return errors.Join(fmt.Errorf("cannot serve the console on %s: %w; stop what uses the port or choose another with --console-listen",
			s.ConsoleListen, err), s.site.Close())
	}
	return nil
}

// run serves until ctx ends. What was acknowledged is durable before it is
// acknowledged, so stopping loses nothing; requests under way get ten seconds.
func (s *server) run(ctx context.Context) error {
	metrics := telemetry.New()
	metrics.Watch(s.Holder)
	now := s.Clock.Now
	site := web.Site{
		API: api.New(s.Holder, session.Subscribers(s.Holder), metrics, s.log).Handler(), Pages: portal.Handler(portal.Deps{Policy: s.Holder, Log: s.log}),
		Count: metrics, Now: now, Log: s.log, Proxies: s.Proxy,
	}
	var sms notify.Sender = notify.None{}
	if s.handset != nil {
		sms, site.Handset = s.handset, handset.Handler(s.handset)
	}
	console := web.Console{
		API: api.New(s.Holder, session.Staff(s.Holder), metrics, s.log).Staff().Handler(), Metrics: metrics.Handler(), Ready: func(r *http.Request) error { return s.Ready(r.Context()) },
		Count: metrics, Now: now, Log: s.log,
	}
	worker := &work.Worker{Holder: s.Holder, Queue: s.db, SMS: sms, Clock: s.Clock, Name: privacy.NewID(now()), Log: s.log}

	servers := []*http.Server{s.http(site.Handler()), s.http(console.Handler())}
	fail := make(chan error, len(servers))
	for i, l := range []net.Listener{s.site, s.console} {
		go func() { fail <- servers[i].Serve(l) }()
	}
	hangup := make(chan os.Signal, 1) // after "keys rotate" in another process
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	working, stopWork := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { worker.Run(working) })

	var err error
	for running := true; running; {
		select {
		case <-ctx.Done():
			running = false
		case err = <-fail:
			running = false
		case <-hangup:
			s.reload()
		}
	}
	s.log.Info("stopping")
	grace, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for _, srv := range servers {
		err = errors.Join(err, srv.Shutdown(grace))
	}
	stopWork()
	done.Wait()
	return errors.Join(err, s.Close())
}

// reload reads the key file again: its epochs may have changed.
func (s *server) reload() {
	secret, err := passphrase()
	if err == nil {
		err = s.keys.Reload(secret)
	}
	if err != nil {
		s.log.Error("the key file was not read again; the keys stay as they were", "err", err)
		return
	}
	s.log.Info("the key file was read again", "epoch", s.keys.Epoch())
}

func (s *server) http(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, DisableGeneralOptionsHandler: true, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
}
