// The broker behind the terminal: one account, its positions, orders and deals. It outlives the terminal in a file, as a broker does.
#pragma once
#include "mql.hpp"

struct Symbol { std::string name; int digits; double tick, value, contract, bid, ask; };
struct Holding { long ticket; std::string symbol; bool buys; double lots, price, sl, tp; long magic, time; std::string comment; };
struct Working { long ticket; std::string symbol; int type; double lots, price, sl, tp; long magic; std::string comment; };
// entry: 0 in, 1 out, 2 turned. A deal that closes bears the prices of both ends.
struct Booking { long ticket, order, position, magic; int entry; bool buys; double price, lots, profit, open_price; std::string symbol; long time; };

struct Broker
  {
   bool hedging = true;
   double balance = 10000;
   long next = 1000;
   std::vector<Symbol> symbols = {{"EURUSD.r", 5, 0.00001, 1, 100000, 1.0919, 1.0921}, {"XAUUSD.r", 2, 0.01, 1, 100, 2400.1, 2400.4}};
   std::vector<Holding> positions;
   std::vector<Working> orders;
   std::vector<Booking> deals;
   // What goes wrong with the coming requests.
   int refuse = 0, refusals = 0, unclear = 0;
   double at_most = 0;
   bool dies = false;

   std::string Path() const { return world.folder + "/broker.txt"; }
   Symbol *Find(const std::string &name) { for(auto &one : symbols) if(one.name == name) return &one; return nullptr; }
   Holding *Position(const long ticket) { for(auto &one : positions) if(one.ticket == ticket) return &one; return nullptr; }
   Working *Order(const long ticket) { for(auto &one : orders) if(one.ticket == ticket) return &one; return nullptr; }
   double Exit(const Holding &held) { return held.buys ? Find(held.symbol)->bid : Find(held.symbol)->ask; }
   double Profit(const Holding &held, const double lots)
     {
      Symbol *symbol = Find(held.symbol);
      return std::round((Exit(held) - held.price) / symbol->tick * symbol->value * lots * (held.buys ? 1 : -1) * 100) / 100;
     }

   // The code of a refusal that was ordered, or 0. A refusal executes nothing.
   int Refusal()
     {
      if(refusals == 0)
         return 0;
      refusals--;
      return refuse;
     }

   // Something was executed: it is written down, told, and may be the last thing that this terminal did.
   void Executed(const std::string &what)
     {
      Save();
      std::ofstream(world.folder + "/executed.txt", std::ios::app) << what << std::endl;
      if(dies)
         std::_Exit(9);
     }

   // The code that hides an execution, or 0.
   int Unclear() { int code = unclear; unclear = 0; return code; }

   Booking Book(const long order, const Holding &held, const int entry, const double lots, const double price, const double profit, const long magic)
     {
      Booking deal = {++next, order, held.ticket, magic, entry, held.buys, price, lots, profit, held.price, held.symbol, TimeCurrent()};
      deals.push_back(deal);
      balance += profit;
      return deal;
     }

   Booking Open(const std::string &symbol, const bool buys, const double lots, const double sl, const double tp, const long magic, const std::string &comment)
     {
      double price = buys ? Find(symbol)->ask : Find(symbol)->bid;
      long   order = ++next;
      if(!hedging)
         for(auto &held : positions)
            if(held.symbol == symbol)
               return Net(held, buys, lots, price, order, magic);
      Holding held = {order, symbol, buys, lots, price, sl, tp, magic, TimeCurrent(), comment};
      positions.push_back(held);
      return Book(order, held, 0, lots, price, 0, magic);
     }

   // One position of a symbol: the same side adds, the other one reduces, closes or turns it.
   Booking Net(Holding &held, const bool buys, const double lots, const double price, const long order, const long magic)
     {
      if(held.buys == buys)
        {
         held.price = (held.price * held.lots + price * lots) / (held.lots + lots);
         held.lots += lots;
         return Book(order, held, 0, lots, price, 0, magic);
        }
      double closed = std::min(held.lots, lots);
      Booking deal = Book(order, held, lots > held.lots ? 2 : 1, lots, price, Profit(held, closed), magic);
      held.lots = std::round((held.lots - lots) * 1e8) / 1e8;
      if(held.lots < 0)
        {
         held.buys  = buys;
         held.lots  = -held.lots;
         held.price = price;
        }
      Sweep();
      return deal;
     }

   Booking Close(const long ticket, const double lots)
     {
      Holding &held = *Position(ticket);
      Booking deal = Book(++next, held, 1, lots, Exit(held), Profit(held, lots), held.magic);
      held.lots = std::round((held.lots - lots) * 1e8) / 1e8;
      return deal;
     }

   void Sweep()
     {
      for(size_t i = positions.size(); i-- > 0;)
         if(positions[i].lots <= 0)
            positions.erase(positions.begin() + (long)i);
     }

   void Save()
     {
      std::ofstream out(Path());
      out.precision(12);
      out << "A " << balance << ' ' << next << '\n';
      for(auto &p : positions) out << "P " << p.ticket << ' ' << p.symbol << ' ' << p.buys << ' ' << p.lots << ' ' << p.price << ' ' << p.sl << ' ' << p.tp << ' ' << p.magic << ' ' << p.time << ' ' << p.comment << '\n';
      for(auto &o : orders) out << "O " << o.ticket << ' ' << o.symbol << ' ' << o.type << ' ' << o.lots << ' ' << o.price << ' ' << o.sl << ' ' << o.tp << ' ' << o.magic << ' ' << o.comment << '\n';
      for(auto &d : deals) out << "D " << d.ticket << ' ' << d.order << ' ' << d.position << ' ' << d.magic << ' ' << d.entry << ' ' << d.buys << ' ' << d.price << ' ' << d.lots << ' ' << d.profit << ' ' << d.open_price << ' ' << d.symbol << ' ' << d.time << '\n';
     }

   void Load()
     {
      std::ifstream in(Path());
      std::string line, kind;
      while(std::getline(in, line))
        {
         std::istringstream text(line);
         text >> kind;
         Holding p = {};
         Working o = {};
         Booking d = {};
         if(kind == "A") text >> balance >> next;
         if(kind == "P" && text >> p.ticket >> p.symbol >> p.buys >> p.lots >> p.price >> p.sl >> p.tp >> p.magic >> p.time) { text.ignore(); std::getline(text, p.comment); positions.push_back(p); }
         if(kind == "O" && text >> o.ticket >> o.symbol >> o.type >> o.lots >> o.price >> o.sl >> o.tp >> o.magic) { text.ignore(); std::getline(text, o.comment); orders.push_back(o); }
         if(kind == "D" && text >> d.ticket >> d.order >> d.position >> d.magic >> d.entry >> d.buys >> d.price >> d.lots >> d.profit >> d.open_price >> d.symbol >> d.time) deals.push_back(d);
        }
     }
  };
inline Broker broker;

// Prices and rules of symbols have the same calls in both languages.
enum ENUM_SYMBOL_INFO_INTEGER { SYMBOL_DIGITS, SYMBOL_TRADE_STOPS_LEVEL, SYMBOL_FILLING_MODE };
enum ENUM_SYMBOL_INFO_DOUBLE { SYMBOL_BID, SYMBOL_ASK, SYMBOL_TRADE_TICK_SIZE, SYMBOL_TRADE_TICK_VALUE, SYMBOL_TRADE_CONTRACT_SIZE, SYMBOL_VOLUME_MIN, SYMBOL_VOLUME_MAX, SYMBOL_VOLUME_STEP };
inline int SymbolsTotal(const bool) { return (int)broker.symbols.size(); }
inline string SymbolName(const int at, const bool) { return string(broker.symbols[(size_t)at].name); }
inline bool SymbolSelect(const string &name, const bool) { return broker.Find(name.text) != nullptr; }
inline long SymbolInfoInteger(const string &name, const ENUM_SYMBOL_INFO_INTEGER what)
  {
   Symbol *symbol = broker.Find(name.text);
   return symbol == nullptr ? 0 : what == SYMBOL_DIGITS ? symbol->digits : what == SYMBOL_FILLING_MODE ? 2 : 0;
  }
inline double SymbolInfoDouble(const string &name, const ENUM_SYMBOL_INFO_DOUBLE what)
  {
   Symbol *symbol = broker.Find(name.text);
   if(symbol == nullptr)
      return 0;
   switch(what)
     {
      case SYMBOL_BID: return symbol->bid;
      case SYMBOL_ASK: return symbol->ask;
      case SYMBOL_TRADE_TICK_SIZE: return symbol->tick;
      case SYMBOL_TRADE_TICK_VALUE: return symbol->value;
      case SYMBOL_TRADE_CONTRACT_SIZE: return symbol->contract;
      case SYMBOL_VOLUME_MAX: return 100;
      default: return 0.01;
     }
  }

// The free-header form of WebRequest.
inline int WebRequest(const string &method, const string &url, const string &headers, const int timeout, const array<char> &data, array<char> &result, string &)
  {
   std::string answer;
   int status = method.text == "POST" ? HttpPost(url.text, headers.text, timeout, std::string(data.items.begin(), data.items.end()), answer) : 5203;
   result.items.assign(answer.begin(), answer.end());
   if(status < 1000)
      return status;
   world.last_error = status;
   return -1;
  }

enum ENUM_ACCOUNT_INFO_INTEGER { ACCOUNT_LOGIN, ACCOUNT_TRADE_MODE, ACCOUNT_LEVERAGE, ACCOUNT_TRADE_ALLOWED, ACCOUNT_TRADE_EXPERT, ACCOUNT_MARGIN_MODE };
enum { ACCOUNT_TRADE_MODE_DEMO, ACCOUNT_TRADE_MODE_CONTEST, ACCOUNT_TRADE_MODE_REAL };
enum { ACCOUNT_MARGIN_MODE_RETAIL_NETTING, ACCOUNT_MARGIN_MODE_EXCHANGE, ACCOUNT_MARGIN_MODE_RETAIL_HEDGING };
enum ENUM_MQL_INFO_INTEGER { MQL_TRADE_ALLOWED };
inline int MQLInfoInteger(const ENUM_MQL_INFO_INTEGER) { return world.autotrading; }
inline double Equity()
  {
   double equity = broker.balance;
   for(auto &held : broker.positions)
      equity += broker.Profit(held, held.lots);
   return equity;
  }
inline long AccountInfoInteger(const ENUM_ACCOUNT_INFO_INTEGER what)
  {
   switch(what)
     {
      case ACCOUNT_LOGIN: return world.login;
      case ACCOUNT_TRADE_MODE: return ACCOUNT_TRADE_MODE_DEMO;
      case ACCOUNT_LEVERAGE: return 100;
      case ACCOUNT_MARGIN_MODE: return broker.hedging ? ACCOUNT_MARGIN_MODE_RETAIL_HEDGING : ACCOUNT_MARGIN_MODE_RETAIL_NETTING;
      default: return 1;
     }
  }
